//! Posts, as authors see them.

use async_trait::async_trait;

use crate::actor::Actor;
use crate::capability::Preview;
use crate::channel::Channel;
use crate::error::BackendError;
use crate::id::{ChannelId, PublicationId};
use crate::post::{
    Created, IdempotencyKey, NewPost, Page, PostEdit, PostQuery, PostRef, PostView, Resolution,
};
use crate::publication::Attempt;
use crate::rate::Crowding;
use crate::review::Decision;
use crate::time::PublishAt;
use crate::value::Settings;

/// Posts, as authors see them.
#[async_trait]
pub trait Posts: Send + Sync {
    /// Writes a post for all its channels, or nothing. With a key, a repeated request answers with the first
    /// result.
    async fn create_post(
        &self,
        actor: &Actor,
        post: NewPost,
        idempotency: Option<IdempotencyKey>,
    ) -> Result<Created, BackendError>;

    /// Renders and checks a post for each of its channels without storing anything. Problems that concern the
    /// post as a whole are the error.
    async fn preview_post(&self, actor: &Actor, post: NewPost) -> Result<Vec<TargetPreview>, BackendError>;

    /// One post; a publication's id finds its post.
    async fn post(&self, actor: &Actor, id: PostRef) -> Result<PostView, BackendError>;

    /// Posts by publish time.
    async fn posts(&self, actor: &Actor, query: PostQuery) -> Result<Page<PostView>, BackendError>;

    /// The tries of a publication, oldest first.
    async fn attempts(&self, actor: &Actor, id: PublicationId) -> Result<Vec<Attempt>, BackendError>;

    /// Changes a post; refused as soon as a worker has any of it.
    async fn update_post(&self, actor: &Actor, id: PostRef, edit: PostEdit)
    -> Result<PostView, BackendError>;

    /// Merges settings into one publication that is not yet under way.
    async fn update_settings(
        &self,
        actor: &Actor,
        id: PublicationId,
        settings: Settings,
    ) -> Result<PostView, BackendError>;

    /// Throws a post, or one channel's part of it, out of the plan. What is published stays at the platform.
    async fn cancel_post(&self, actor: &Actor, id: PostRef) -> Result<PostView, BackendError>;

    /// Publishes a draft or scheduled post, or one channel's part, at once.
    async fn publish_post(&self, actor: &Actor, id: PostRef) -> Result<PostView, BackendError>;

    /// Sends what failed or was missed once more.
    async fn retry_post(&self, actor: &Actor, id: PostRef) -> Result<PostView, BackendError>;

    /// Approves or rejects a post that waits for approval. Approved, it goes out at its time, or at once where that
    /// passed no longer ago than the workspace allows; rejected, it is a draft again.
    async fn review_post(
        &self,
        actor: &Actor,
        id: PostRef,
        decision: Decision,
    ) -> Result<PostView, BackendError>;

    /// Answers for a publication in doubt.
    async fn resolve_post(
        &self,
        actor: &Actor,
        id: PublicationId,
        answer: Resolution,
    ) -> Result<PostView, BackendError>;

    /// The next free slot of a channel after now.
    async fn find_slot(&self, actor: &Actor, channel: ChannelId) -> Result<PublishAt, BackendError>;

    /// How the last `days` days went, by channel and local day.
    async fn punctuality(&self, actor: &Actor, days: u32) -> Result<Vec<PunctualityRow>, BackendError>;
}

/// One target's preview.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetPreview {
    /// Which channel.
    pub channel: Channel,
    /// What it will look like and what stands in the way; fields begin with `/targets/{index}`.
    pub preview: Preview,
    /// Rates of the platform that the plan would exceed.
    pub crowding: Vec<Crowding>,
}

/// One channel's day.
#[derive(Debug, Clone, PartialEq)]
pub struct PunctualityRow {
    /// Which channel.
    pub channel: ChannelId,
    /// The local day in the workspace's zone, `YYYY-MM-DD`.
    pub day: String,
    /// How many went out.
    pub published: u32,
    /// How many failed or were missed.
    pub failed: u32,
    /// How many are in doubt.
    pub unconfirmed: u32,
    /// Middle lateness of those that went out, in milliseconds.
    pub median_late_ms: u64,
    /// Worst lateness of those that went out, in milliseconds.
    pub worst_late_ms: u64,
}
