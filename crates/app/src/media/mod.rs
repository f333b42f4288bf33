//! The library of files.

mod library;
mod upload;

use async_trait::async_trait;
use postern_domain::id::{MediaId, UploadId};
use postern_domain::media::Media;
use postern_domain::ports::{ByteStream, MediaLibrary, MediaQuery, UploadRequest, UploadTicket};
use postern_domain::post::Page;
use postern_domain::{Actor, BackendError};

use crate::App;

pub(crate) use library::resolve;

#[async_trait]
impl MediaLibrary for App {
    async fn begin_upload(
        &self,
        actor: &Actor,
        request: UploadRequest,
    ) -> Result<UploadTicket, BackendError> {
        upload::begin_upload(&self.deps, actor, request).await
    }

    async fn import_media(
        &self,
        actor: &Actor,
        url: String,
        https_only: bool,
    ) -> Result<Media, BackendError> {
        library::import_media(&self.deps, actor, &url, https_only).await
    }

    async fn media(&self, actor: &Actor, id: MediaId) -> Result<Media, BackendError> {
        library::media(&self.deps, actor, id).await
    }

    async fn list_media(&self, actor: &Actor, query: MediaQuery) -> Result<Page<Media>, BackendError> {
        library::list_media(&self.deps, actor, query).await
    }

    async fn describe_media(
        &self,
        actor: &Actor,
        id: MediaId,
        alt: Option<String>,
    ) -> Result<Media, BackendError> {
        library::describe_media(&self.deps, actor, id, alt).await
    }

    async fn remove_media(&self, actor: &Actor, id: MediaId) -> Result<(), BackendError> {
        library::remove_media(&self.deps, actor, id).await
    }

    fn media_url(&self, media: &Media) -> String {
        self.deps.media.public_url(&media.key)
    }
}

/// Bytes do not travel over the port; backend-api hands them in here.
impl App {
    /// Takes in a file that came with the request itself.
    pub async fn store_media(
        &self,
        actor: &Actor,
        name: &str,
        content: ByteStream,
    ) -> Result<Media, BackendError> {
        upload::store_media(&self.deps, actor, name, content).await
    }

    /// Takes in the file of an upload that was asked for; the token is the one in the ticket's URL.
    pub async fn finish_upload(
        &self,
        id: UploadId,
        token: &str,
        content: ByteStream,
    ) -> Result<Media, BackendError> {
        upload::finish_upload(&self.deps, id, token, content).await
    }
}
