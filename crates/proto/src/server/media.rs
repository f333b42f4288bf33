//! The library of files.

use postern_domain::ports::{MediaQuery, UploadRequest};
use tonic::{Request, Response, Status};

use super::Server;
use crate::convert::{closed, id, many, needed};
use crate::fault::status;
use crate::v1;
use crate::v1::media_service_server::MediaService;

#[tonic::async_trait]
impl MediaService for Server {
    async fn begin_upload(
        &self,
        request: Request<v1::BeginUploadRequest>,
    ) -> Result<Response<v1::BeginUploadReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        let request = UploadRequest {
            name: message.name,
            bytes: message.bytes,
        };
        let ticket = self.backend.begin_upload(&actor, request).await.map_err(status)?;
        Ok(Response::new(v1::BeginUploadReply {
            url: ticket.url,
            expires_at: ticket.expires_at.as_micros(),
        }))
    }

    async fn import_media(
        &self,
        request: Request<v1::ImportMediaRequest>,
    ) -> Result<Response<v1::ImportMediaReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        let media = self
            .backend
            .import_media(&actor, message.url, message.https_only)
            .await
            .map_err(status)?;
        Ok(Response::new(v1::ImportMediaReply {
            media: Some(media.into()),
        }))
    }

    async fn get_media(
        &self,
        request: Request<v1::GetMediaRequest>,
    ) -> Result<Response<v1::GetMediaReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        let media = self
            .backend
            .media(&actor, id(&message.id, "id")?)
            .await
            .map_err(status)?;
        Ok(Response::new(v1::GetMediaReply {
            media: Some(media.into()),
        }))
    }

    async fn list_media(
        &self,
        request: Request<v1::ListMediaRequest>,
    ) -> Result<Response<v1::ListMediaReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        let query = MediaQuery {
            kind: match message.kind {
                0 => None,
                kind => Some(closed::<v1::MediaKind, _>(kind, "kind")?),
            },
            search: message.search,
            limit: message.limit,
            cursor: message.cursor,
        };
        let page = self.backend.list_media(&actor, query).await.map_err(status)?;
        Ok(Response::new(v1::ListMediaReply {
            items: many(page.items),
            next: page.next,
        }))
    }

    async fn describe_media(
        &self,
        request: Request<v1::DescribeMediaRequest>,
    ) -> Result<Response<v1::DescribeMediaReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        let media = self
            .backend
            .describe_media(&actor, id(&message.id, "id")?, message.alt)
            .await
            .map_err(status)?;
        Ok(Response::new(v1::DescribeMediaReply {
            media: Some(media.into()),
        }))
    }

    async fn remove_media(
        &self,
        request: Request<v1::RemoveMediaRequest>,
    ) -> Result<Response<v1::RemoveMediaReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        self.backend
            .remove_media(&actor, id(&message.id, "id")?)
            .await
            .map_err(status)?;
        Ok(Response::new(v1::RemoveMediaReply {}))
    }
}
