//! The library of files.

use async_trait::async_trait;

use crate::actor::Actor;
use crate::error::BackendError;
use crate::id::MediaId;
use crate::media::{Media, MediaKind};
use crate::post::Page;
use crate::time::Timestamp;

/// The library of files.
#[async_trait]
pub trait MediaLibrary: Send + Sync {
    /// Asks for a place to upload to. The bytes then go by `PUT` to the ticket's URL, at most once.
    async fn begin_upload(&self, actor: &Actor, request: UploadRequest)
    -> Result<UploadTicket, BackendError>;

    /// Fetches a public URL into the library. `https_only` as the compatible REST route wants it.
    async fn import_media(&self, actor: &Actor, url: String, https_only: bool)
    -> Result<Media, BackendError>;

    /// One file.
    async fn media(&self, actor: &Actor, id: MediaId) -> Result<Media, BackendError>;

    /// Files, newest first.
    async fn list_media(&self, actor: &Actor, query: MediaQuery) -> Result<Page<Media>, BackendError>;

    /// Changes a file's default alternative text.
    async fn describe_media(
        &self,
        actor: &Actor,
        id: MediaId,
        alt: Option<String>,
    ) -> Result<Media, BackendError>;

    /// Removes a file that no unpublished post uses.
    async fn remove_media(&self, actor: &Actor, id: MediaId) -> Result<(), BackendError>;

    /// The public address of a file, as clients send it back in posts.
    fn media_url(&self, media: &Media) -> String;
}

/// What is going to be uploaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadRequest {
    /// The file's name.
    pub name: String,
    /// Its size in bytes, when known.
    pub bytes: Option<u64>,
}

/// A place to upload to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadTicket {
    /// Where to `PUT` the bytes: `{public URL}/api/uploads/{id}?token=…`; answers with the file as JSON.
    pub url: String,
    /// Until when.
    pub expires_at: Timestamp,
}

/// Which files to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MediaQuery {
    /// Only of this kind.
    pub kind: Option<MediaKind>,
    /// Only with this in its name.
    pub search: Option<String>,
    /// Most files to give, 1 to 200.
    pub limit: u32,
    /// Where the page before ended.
    pub cursor: Option<String>,
}
