//! Files and uploads as they are stored.

use async_trait::async_trait;

use super::StorageError;
use crate::id::{MediaId, UploadId, WorkspaceId};
use crate::media::Media;
use crate::ports::MediaQuery;
use crate::post::Page;
use crate::time::Timestamp;

/// An upload that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadRow {
    /// Its id.
    pub id: UploadId,
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The file's name.
    pub name: String,
    /// Until when.
    pub expires_at: Timestamp,
}

/// Rows of the library.
#[async_trait]
pub trait MediaRows {
    /// Stores a new file's row.
    async fn insert_media(&self, media: &Media) -> Result<(), StorageError>;
    /// Stores a changed row.
    async fn update_media(&self, media: &Media) -> Result<(), StorageError>;
    /// One file.
    async fn media(&self, workspace: WorkspaceId, id: MediaId) -> Result<Option<Media>, StorageError>;
    /// A file by its store key.
    async fn media_by_key(&self, workspace: WorkspaceId, key: &str) -> Result<Option<Media>, StorageError>;
    /// A file with this content.
    async fn media_by_hash(&self, workspace: WorkspaceId, hash: &str) -> Result<Option<Media>, StorageError>;
    /// A page of files, newest first.
    async fn list_media(
        &self,
        workspace: WorkspaceId,
        query: &MediaQuery,
    ) -> Result<Page<Media>, StorageError>;
    /// Whether a post that is not out yet uses the file.
    async fn media_in_use(&self, workspace: WorkspaceId, id: MediaId) -> Result<bool, StorageError>;
    /// Marks a file as removed; answers whether it was there.
    async fn remove_media(
        &self,
        workspace: WorkspaceId,
        id: MediaId,
        at: Timestamp,
    ) -> Result<bool, StorageError>;
    /// Remembers an upload that was asked for.
    async fn insert_upload(&self, row: &UploadRow) -> Result<(), StorageError>;
    /// Takes an upload out of memory: it can be used once.
    async fn take_upload(&self, id: UploadId, now: Timestamp) -> Result<Option<UploadRow>, StorageError>;
}
