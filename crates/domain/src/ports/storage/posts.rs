//! Posts as they are stored.

use async_trait::async_trait;

use super::StorageError;
use crate::id::{PostId, PublicationId, WorkspaceId};
use crate::post::{Page, Post, PostQuery};
use crate::publication::Publication;
use crate::time::Timestamp;

/// The answer to an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remembered {
    /// New: it is this caller's now, and stored with the unit of work.
    Fresh,
    /// The same request came before and made this.
    Replay(PostId),
    /// Another request came before under this key.
    Mismatch,
}

/// Posts.
#[async_trait]
pub trait PostStore {
    /// Stores a new post with versions, entries, uses of files and tags.
    async fn insert_post(&self, post: &Post) -> Result<(), StorageError>;
    /// Stores a new post with its new publications and the W3C trace context under which it was made.
    async fn insert_planned(
        &self,
        post: &Post,
        publications: &[Publication],
        traceparent: Option<&str>,
    ) -> Result<(), StorageError>;
    /// Stores a changed post when `expected` is the stored version; [`StorageError::Conflict`] otherwise.
    async fn update_post(&self, post: &Post, expected: u64) -> Result<(), StorageError>;
    /// One post.
    async fn post(&self, workspace: WorkspaceId, id: PostId) -> Result<Option<Post>, StorageError>;
    /// Several posts over all workspaces; for services.
    async fn posts_by_id(&self, ids: &[PostId]) -> Result<Vec<Post>, StorageError>;
    /// The post that a publication belongs to; locks nothing.
    async fn post_of(
        &self,
        workspace: WorkspaceId,
        publication: PublicationId,
    ) -> Result<Option<PostId>, StorageError>;
    /// A page of posts; publish time, then id, in the asked order. States are summed up from publications.
    async fn posts(&self, workspace: WorkspaceId, query: &PostQuery) -> Result<Page<Post>, StorageError>;
    /// Claims an idempotency key for a post that is going to be made.
    async fn remember(
        &self,
        workspace: WorkspaceId,
        key: &str,
        digest: &str,
        post: PostId,
        now: Timestamp,
    ) -> Result<Remembered, StorageError>;
    /// The W3C trace context under which a post was made.
    async fn set_traceparent(&self, post: PostId, traceparent: &str) -> Result<(), StorageError>;
    /// The trace contexts of posts.
    async fn traceparents(&self, posts: &[PostId]) -> Result<Vec<(PostId, String)>, StorageError>;
}
