//! Posts.

use async_trait::async_trait;
use postern_domain::id::{ChannelId, PublicationId};
use postern_domain::ports::{Posts, PunctualityRow, TargetPreview};
use postern_domain::post::{
    Created, IdempotencyKey, NewPost, Page, PostEdit, PostQuery, PostRef, PostView, Resolution,
};
use postern_domain::publication::Attempt;
use postern_domain::review::Decision;
use postern_domain::time::{PublishAt, Timestamp};
use postern_domain::value::Settings;
use postern_domain::{Actor, BackendError};

use super::{Client, answer};
use crate::convert::{each, needed, numbers};
use crate::v1;

#[async_trait]
impl Posts for Client {
    async fn create_post(
        &self,
        actor: &Actor,
        post: NewPost,
        idempotency: Option<IdempotencyKey>,
    ) -> Result<Created, BackendError> {
        let request = v1::CreatePostRequest {
            actor: Some(actor.into()),
            post: Some(post.into()),
            idempotency: idempotency.map(Into::into),
        };
        let reply = answer(self.post_service().create_post(request).await)?;
        Ok(Created {
            view: needed(reply.view, "view")?,
            replayed: reply.replayed,
        })
    }

    async fn preview_post(&self, actor: &Actor, post: NewPost) -> Result<Vec<TargetPreview>, BackendError> {
        let request = v1::PreviewPostRequest {
            actor: Some(actor.into()),
            post: Some(post.into()),
        };
        let reply = answer(self.post_service().preview_post(request).await)?;
        Ok(each(reply.targets, "targets")?)
    }

    async fn post(&self, actor: &Actor, id: PostRef) -> Result<PostView, BackendError> {
        let request = v1::GetPostRequest {
            actor: Some(actor.into()),
            id: id.to_string(),
        };
        let reply = answer(self.post_service().get_post(request).await)?;
        Ok(needed(reply.view, "view")?)
    }

    async fn posts(&self, actor: &Actor, query: PostQuery) -> Result<Page<PostView>, BackendError> {
        let request = v1::ListPostsRequest {
            actor: Some(actor.into()),
            from: query.from.map(Timestamp::as_micros),
            until: query.until.map(Timestamp::as_micros),
            states: numbers::<v1::PostState, _>(query.states),
            channel: query.channel.map(|id| id.to_string()),
            group: query.group.map(|id| id.to_string()),
            newest_first: query.newest_first,
            limit: query.limit,
            cursor: query.cursor,
        };
        let reply = answer(self.post_service().list_posts(request).await)?;
        Ok(Page {
            items: each(reply.items, "items")?,
            next: reply.next,
        })
    }

    async fn attempts(&self, actor: &Actor, id: PublicationId) -> Result<Vec<Attempt>, BackendError> {
        let request = v1::ListAttemptsRequest {
            actor: Some(actor.into()),
            id: id.to_string(),
        };
        let reply = answer(self.post_service().list_attempts(request).await)?;
        Ok(each(reply.attempts, "attempts")?)
    }

    async fn update_post(
        &self,
        actor: &Actor,
        id: PostRef,
        edit: PostEdit,
    ) -> Result<PostView, BackendError> {
        let request = v1::UpdatePostRequest {
            actor: Some(actor.into()),
            id: id.to_string(),
            edit: Some(edit.into()),
        };
        let reply = answer(self.post_service().update_post(request).await)?;
        Ok(needed(reply.view, "view")?)
    }

    async fn update_settings(
        &self,
        actor: &Actor,
        id: PublicationId,
        settings: Settings,
    ) -> Result<PostView, BackendError> {
        let request = v1::UpdateSettingsRequest {
            actor: Some(actor.into()),
            id: id.to_string(),
            settings: Some(settings.into()),
        };
        let reply = answer(self.post_service().update_settings(request).await)?;
        Ok(needed(reply.view, "view")?)
    }

    async fn cancel_post(&self, actor: &Actor, id: PostRef) -> Result<PostView, BackendError> {
        let request = v1::CancelPostRequest {
            actor: Some(actor.into()),
            id: id.to_string(),
        };
        let reply = answer(self.post_service().cancel_post(request).await)?;
        Ok(needed(reply.view, "view")?)
    }

    async fn publish_post(&self, actor: &Actor, id: PostRef) -> Result<PostView, BackendError> {
        let request = v1::PublishPostRequest {
            actor: Some(actor.into()),
            id: id.to_string(),
        };
        let reply = answer(self.post_service().publish_post(request).await)?;
        Ok(needed(reply.view, "view")?)
    }

    async fn retry_post(&self, actor: &Actor, id: PostRef) -> Result<PostView, BackendError> {
        let request = v1::RetryPostRequest {
            actor: Some(actor.into()),
            id: id.to_string(),
        };
        let reply = answer(self.post_service().retry_post(request).await)?;
        Ok(needed(reply.view, "view")?)
    }

    async fn review_post(
        &self,
        actor: &Actor,
        id: PostRef,
        decision: Decision,
    ) -> Result<PostView, BackendError> {
        let request = v1::ReviewPostRequest {
            actor: Some(actor.into()),
            id: id.to_string(),
            decision: Some(decision.into()),
        };
        let reply = answer(self.post_service().review_post(request).await)?;
        Ok(needed(reply.view, "view")?)
    }

    async fn resolve_post(
        &self,
        actor: &Actor,
        id: PublicationId,
        resolution: Resolution,
    ) -> Result<PostView, BackendError> {
        let request = v1::ResolvePostRequest {
            actor: Some(actor.into()),
            id: id.to_string(),
            answer: Some(resolution.into()),
        };
        let reply = answer(self.post_service().resolve_post(request).await)?;
        Ok(needed(reply.view, "view")?)
    }

    async fn find_slot(&self, actor: &Actor, channel: ChannelId) -> Result<PublishAt, BackendError> {
        let request = v1::FindSlotRequest {
            actor: Some(actor.into()),
            channel: channel.to_string(),
        };
        let reply = answer(self.post_service().find_slot(request).await)?;
        Ok(needed(reply.at, "at")?)
    }

    async fn punctuality(&self, actor: &Actor, days: u32) -> Result<Vec<PunctualityRow>, BackendError> {
        let request = v1::PunctualityRequest {
            actor: Some(actor.into()),
            days,
        };
        let reply = answer(self.post_service().punctuality(request).await)?;
        Ok(each(reply.rows, "rows")?)
    }
}
