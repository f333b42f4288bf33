//! Labels as they are stored.

use async_trait::async_trait;

use super::StorageError;
use crate::id::{TagId, WorkspaceId};
use crate::tag::Tag;

/// Labels.
#[async_trait]
pub trait TagStore {
    /// The labels of a workspace, by name.
    async fn tags(&self, workspace: WorkspaceId) -> Result<Vec<Tag>, StorageError>;
    /// One label.
    async fn tag(&self, workspace: WorkspaceId, id: TagId) -> Result<Option<Tag>, StorageError>;
    /// Stores a new label; [`StorageError::Conflict`] when its name is taken.
    async fn insert_tag(&self, tag: &Tag) -> Result<(), StorageError>;
    /// Stores those labels whose names are new.
    async fn ensure_tags(&self, tags: &[Tag]) -> Result<(), StorageError>;
    /// Stores a changed label, and its new name on the posts that carry it under `was`; [`StorageError::Conflict`] when
    /// the name is taken.
    async fn update_tag(&self, tag: &Tag, was: &str) -> Result<(), StorageError>;
    /// Removes a label and takes it off all posts.
    async fn remove_tag(&self, tag: &Tag) -> Result<(), StorageError>;
}
