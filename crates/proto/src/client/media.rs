//! The library of files.

use async_trait::async_trait;
use postern_domain::id::MediaId;
use postern_domain::media::Media;
use postern_domain::ports::{MediaLibrary, MediaQuery, UploadRequest, UploadTicket};
use postern_domain::post::Page;
use postern_domain::time::Timestamp;
use postern_domain::{Actor, BackendError};

use super::{Client, answer};
use crate::convert::{each, needed, number};
use crate::v1;

#[async_trait]
impl MediaLibrary for Client {
    async fn begin_upload(
        &self,
        actor: &Actor,
        request: UploadRequest,
    ) -> Result<UploadTicket, BackendError> {
        let request = v1::BeginUploadRequest {
            actor: Some(actor.into()),
            name: request.name,
            bytes: request.bytes,
        };
        let reply = answer(self.media_service().begin_upload(request).await)?;
        Ok(UploadTicket {
            url: reply.url,
            expires_at: Timestamp::from_micros(reply.expires_at),
        })
    }

    async fn import_media(
        &self,
        actor: &Actor,
        url: String,
        https_only: bool,
    ) -> Result<Media, BackendError> {
        let request = v1::ImportMediaRequest {
            actor: Some(actor.into()),
            url,
            https_only,
        };
        let reply = answer(self.media_service().import_media(request).await)?;
        Ok(needed(reply.media, "media")?)
    }

    async fn media(&self, actor: &Actor, id: MediaId) -> Result<Media, BackendError> {
        let request = v1::GetMediaRequest {
            actor: Some(actor.into()),
            id: id.to_string(),
        };
        let reply = answer(self.media_service().get_media(request).await)?;
        Ok(needed(reply.media, "media")?)
    }

    async fn list_media(&self, actor: &Actor, query: MediaQuery) -> Result<Page<Media>, BackendError> {
        let request = v1::ListMediaRequest {
            actor: Some(actor.into()),
            kind: query.kind.map_or(0, number::<v1::MediaKind, _>),
            search: query.search,
            limit: query.limit,
            cursor: query.cursor,
        };
        let reply = answer(self.media_service().list_media(request).await)?;
        Ok(Page {
            items: each(reply.items, "items")?,
            next: reply.next,
        })
    }

    async fn describe_media(
        &self,
        actor: &Actor,
        id: MediaId,
        alt: Option<String>,
    ) -> Result<Media, BackendError> {
        let request = v1::DescribeMediaRequest {
            actor: Some(actor.into()),
            id: id.to_string(),
            alt,
        };
        let reply = answer(self.media_service().describe_media(request).await)?;
        Ok(needed(reply.media, "media")?)
    }

    async fn remove_media(&self, actor: &Actor, id: MediaId) -> Result<(), BackendError> {
        let request = v1::RemoveMediaRequest {
            actor: Some(actor.into()),
            id: id.to_string(),
        };
        answer(self.media_service().remove_media(request).await)?;
        Ok(())
    }

    fn media_url(&self, media: &Media) -> String {
        format!("{}/{}", self.public_media_base, media.key)
    }
}
