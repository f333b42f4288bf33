//! Posts.

use postern_domain::post::PostQuery;
use postern_domain::time::Timestamp;
use tonic::{Request, Response, Status};

use super::Server;
use crate::convert::{closed_list, id, many, needed, optional_id};
use crate::fault::status;
use crate::v1;
use crate::v1::post_service_server::PostService;

#[tonic::async_trait]
impl PostService for Server {
    async fn create_post(
        &self,
        request: Request<v1::CreatePostRequest>,
    ) -> Result<Response<v1::CreatePostReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        let post = needed(message.post, "post")?;
        let idempotency = message.idempotency.map(Into::into);
        let created = self
            .backend
            .create_post(&actor, post, idempotency)
            .await
            .map_err(status)?;
        Ok(Response::new(v1::CreatePostReply {
            view: Some(created.view.into()),
            replayed: created.replayed,
        }))
    }

    async fn preview_post(
        &self,
        request: Request<v1::PreviewPostRequest>,
    ) -> Result<Response<v1::PreviewPostReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        let post = needed(message.post, "post")?;
        let targets = self.backend.preview_post(&actor, post).await.map_err(status)?;
        Ok(Response::new(v1::PreviewPostReply {
            targets: many(targets),
        }))
    }

    async fn get_post(
        &self,
        request: Request<v1::GetPostRequest>,
    ) -> Result<Response<v1::GetPostReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        let view = self
            .backend
            .post(&actor, id(&message.id, "id")?)
            .await
            .map_err(status)?;
        Ok(Response::new(v1::GetPostReply {
            view: Some(view.into()),
        }))
    }

    async fn list_posts(
        &self,
        request: Request<v1::ListPostsRequest>,
    ) -> Result<Response<v1::ListPostsReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        let query = PostQuery {
            from: message.from.map(Timestamp::from_micros),
            until: message.until.map(Timestamp::from_micros),
            states: closed_list::<v1::PostState, _>(message.states, "states")?,
            channel: optional_id(message.channel.as_deref(), "channel")?,
            group: optional_id(message.group.as_deref(), "group")?,
            newest_first: message.newest_first,
            limit: message.limit,
            cursor: message.cursor,
        };
        let page = self.backend.posts(&actor, query).await.map_err(status)?;
        Ok(Response::new(v1::ListPostsReply {
            items: many(page.items),
            next: page.next,
        }))
    }

    async fn list_attempts(
        &self,
        request: Request<v1::ListAttemptsRequest>,
    ) -> Result<Response<v1::ListAttemptsReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        let attempts = self
            .backend
            .attempts(&actor, id(&message.id, "id")?)
            .await
            .map_err(status)?;
        Ok(Response::new(v1::ListAttemptsReply {
            attempts: many(attempts),
        }))
    }

    async fn update_post(
        &self,
        request: Request<v1::UpdatePostRequest>,
    ) -> Result<Response<v1::UpdatePostReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        let edit = needed(message.edit, "edit")?;
        let view = self
            .backend
            .update_post(&actor, id(&message.id, "id")?, edit)
            .await
            .map_err(status)?;
        Ok(Response::new(v1::UpdatePostReply {
            view: Some(view.into()),
        }))
    }

    async fn update_settings(
        &self,
        request: Request<v1::UpdateSettingsRequest>,
    ) -> Result<Response<v1::UpdateSettingsReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        let settings = needed(message.settings, "settings")?;
        let view = self
            .backend
            .update_settings(&actor, id(&message.id, "id")?, settings)
            .await
            .map_err(status)?;
        Ok(Response::new(v1::UpdateSettingsReply {
            view: Some(view.into()),
        }))
    }

    async fn cancel_post(
        &self,
        request: Request<v1::CancelPostRequest>,
    ) -> Result<Response<v1::CancelPostReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        let view = self
            .backend
            .cancel_post(&actor, id(&message.id, "id")?)
            .await
            .map_err(status)?;
        Ok(Response::new(v1::CancelPostReply {
            view: Some(view.into()),
        }))
    }

    async fn publish_post(
        &self,
        request: Request<v1::PublishPostRequest>,
    ) -> Result<Response<v1::PublishPostReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        let view = self
            .backend
            .publish_post(&actor, id(&message.id, "id")?)
            .await
            .map_err(status)?;
        Ok(Response::new(v1::PublishPostReply {
            view: Some(view.into()),
        }))
    }

    async fn retry_post(
        &self,
        request: Request<v1::RetryPostRequest>,
    ) -> Result<Response<v1::RetryPostReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        let view = self
            .backend
            .retry_post(&actor, id(&message.id, "id")?)
            .await
            .map_err(status)?;
        Ok(Response::new(v1::RetryPostReply {
            view: Some(view.into()),
        }))
    }

    async fn review_post(
        &self,
        request: Request<v1::ReviewPostRequest>,
    ) -> Result<Response<v1::ReviewPostReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        let decision = needed(message.decision, "decision")?;
        let view = self
            .backend
            .review_post(&actor, id(&message.id, "id")?, decision)
            .await
            .map_err(status)?;
        Ok(Response::new(v1::ReviewPostReply {
            view: Some(view.into()),
        }))
    }

    async fn resolve_post(
        &self,
        request: Request<v1::ResolvePostRequest>,
    ) -> Result<Response<v1::ResolvePostReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        let answer = needed(message.answer, "answer")?;
        let view = self
            .backend
            .resolve_post(&actor, id(&message.id, "id")?, answer)
            .await
            .map_err(status)?;
        Ok(Response::new(v1::ResolvePostReply {
            view: Some(view.into()),
        }))
    }

    async fn find_slot(
        &self,
        request: Request<v1::FindSlotRequest>,
    ) -> Result<Response<v1::FindSlotReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        let at = self
            .backend
            .find_slot(&actor, id(&message.channel, "channel")?)
            .await
            .map_err(status)?;
        Ok(Response::new(v1::FindSlotReply { at: Some(at.into()) }))
    }

    async fn punctuality(
        &self,
        request: Request<v1::PunctualityRequest>,
    ) -> Result<Response<v1::PunctualityReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        let rows = self
            .backend
            .punctuality(&actor, message.days)
            .await
            .map_err(status)?;
        Ok(Response::new(v1::PunctualityReply { rows: many(rows) }))
    }
}
