//! Which posts were written with one request.

use async_trait::async_trait;

use super::StorageError;
use crate::id::{BatchId, PostId, WorkspaceId};
use crate::time::Timestamp;

/// One post of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchPost {
    /// The row of the request that it came from, from 0.
    pub row: u32,
    /// The post.
    pub post: PostId,
}

/// Batches of posts.
#[async_trait]
pub trait BatchStore {
    /// Remembers a batch; its posts are stored with the same unit of work.
    async fn insert_batch(
        &self,
        workspace: WorkspaceId,
        id: BatchId,
        posts: &[BatchPost],
        at: Timestamp,
    ) -> Result<(), StorageError>;
    /// The posts of a batch in the order of their rows; none where there is no such batch.
    async fn batch(&self, workspace: WorkspaceId, id: BatchId) -> Result<Vec<BatchPost>, StorageError>;
}
