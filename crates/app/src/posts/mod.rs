//! Posts, as authors see them.

pub(crate) mod amend;
mod asked;
mod bulk;
pub(crate) mod compose;
pub(crate) mod create;
mod crowd;
mod decide;
pub(crate) mod edit;
mod figures;
pub(crate) mod read;
mod rename;
pub(crate) mod review;
mod shift;
mod slot;
pub(crate) mod when;

use async_trait::async_trait;
use postern_domain::id::{ChannelId, PublicationId};
use postern_domain::ports::{Posts, PunctualityRow, TargetPreview};
use postern_domain::post::{
    Created, IdempotencyKey, NewPost, Page, PostEdit, PostQuery, PostRef, PostView, Resolution,
};
use postern_domain::publication::Attempt;
use postern_domain::review::Decision;
use postern_domain::time::PublishAt;
use postern_domain::value::Settings;
use postern_domain::{Actor, BackendError};

use crate::App;
use crate::recurrence::after_taken_out;

pub(crate) use shift::shift_posts;

#[async_trait]
impl Posts for App {
    async fn create_post(
        &self,
        actor: &Actor,
        post: NewPost,
        idempotency: Option<IdempotencyKey>,
    ) -> Result<Created, BackendError> {
        create::create_post(self, actor, post, idempotency).await
    }

    async fn preview_post(&self, actor: &Actor, post: NewPost) -> Result<Vec<TargetPreview>, BackendError> {
        create::preview_post(&self.deps, actor, post).await
    }

    async fn post(&self, actor: &Actor, id: PostRef) -> Result<PostView, BackendError> {
        read::post(&self.deps, actor, id).await
    }

    async fn posts(&self, actor: &Actor, query: PostQuery) -> Result<Page<PostView>, BackendError> {
        read::posts(&self.deps, actor, query).await
    }

    async fn attempts(&self, actor: &Actor, id: PublicationId) -> Result<Vec<Attempt>, BackendError> {
        read::attempts(&self.deps, actor, id).await
    }

    async fn update_post(
        &self,
        actor: &Actor,
        id: PostRef,
        edit: PostEdit,
    ) -> Result<PostView, BackendError> {
        edit::update_post(&self.deps, actor, id, edit).await
    }

    async fn update_settings(
        &self,
        actor: &Actor,
        id: PublicationId,
        settings: Settings,
    ) -> Result<PostView, BackendError> {
        edit::update_settings(&self.deps, actor, id, settings).await
    }

    async fn cancel_post(&self, actor: &Actor, id: PostRef) -> Result<PostView, BackendError> {
        let view = decide::cancel_post(&self.deps, actor, id).await?;
        if view.post.trashed_at.is_some() {
            after_taken_out(&self.deps, &view.post).await;
        }
        Ok(view)
    }

    async fn publish_post(&self, actor: &Actor, id: PostRef) -> Result<PostView, BackendError> {
        let view = decide::publish_post(&self.deps, actor, id).await?;
        after_taken_out(&self.deps, &view.post).await;
        Ok(view)
    }

    async fn retry_post(&self, actor: &Actor, id: PostRef) -> Result<PostView, BackendError> {
        decide::retry_post(&self.deps, actor, id).await
    }

    async fn review_post(
        &self,
        actor: &Actor,
        id: PostRef,
        decision: Decision,
    ) -> Result<PostView, BackendError> {
        review::review_post(&self.deps, actor, id, decision).await
    }

    async fn resolve_post(
        &self,
        actor: &Actor,
        id: PublicationId,
        answer: Resolution,
    ) -> Result<PostView, BackendError> {
        decide::resolve_post(&self.deps, actor, id, answer).await
    }

    async fn find_slot(&self, actor: &Actor, channel: ChannelId) -> Result<PublishAt, BackendError> {
        slot::find_slot(&self.deps, actor, channel).await
    }

    async fn punctuality(&self, actor: &Actor, days: u32) -> Result<Vec<PunctualityRow>, BackendError> {
        figures::punctuality(&self.deps, actor, days).await
    }
}
