//! `cancel_post`: takes a post out of the plan.

use std::time::Duration;

use async_trait::async_trait;
use postern_domain::actor::Scope;
use postern_domain::post::{PostQuery, PostRef, PostState};
use postern_domain::recurrence::Ahead;
use postern_domain::{Code, Problem, Timestamp};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::answer::{Done, Stop};
use crate::schema::{self, Unknown};
use crate::shape::moment::exact;
use crate::shape::post::Detail;
use crate::tools::channels::Known;
use crate::tools::posts::{PostAnswer, post_ref, refused, told};
use crate::tools::repeat::series_of;
use crate::tools::{Call, Effect, Set, Spec, Tool};

#[derive(Deserialize, JsonSchema)]
struct Arguments {
    /// The id of a post (post_...), or of its part on one channel (pub_...) to take out only that channel
    #[serde(default)]
    id: Option<String>,
    /// In place of id: the channel, by its id, or by a handle, name or platform that only one has
    #[serde(default)]
    channel: Option<String>,
    /// In place of id: the minute for which it is planned there; RFC 3339 with an offset, or local time with zone
    #[serde(default)]
    publish_at: Option<String>,
    /// IANA zone of publish_at
    #[serde(default)]
    zone: Option<String>,
    /// Which posts of one that returns: only this (if left out), or all that are not out
    #[serde(default)]
    scope: Option<CancelScope>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum CancelScope {
    This,
    All,
}

pub(super) struct CancelPost;

#[async_trait]
impl Tool for CancelPost {
    fn spec(&self) -> Spec {
        Spec {
            name: "cancel_post",
            title: "Cancel a post",
            description: "Takes a draft or scheduled social media post out of the plan, on all its channels or on one, \
                so that it is not published. Name it by id, or by channel and publish_at (\"the one tomorrow at 9 on X\"). It cannot be brought back. What is already published stays at the \
                platform: published posts cannot be deleted here. Of a post that returns it takes one date out, or all with scope. To move a post to another time use update_post.",
            scopes: &[Scope::PostsDraft],
            set: Set::Posts,
            effect: Effect {
                read_only: false,
                destructive: true,
                idempotent: true,
                open_world: false,
            },
            unknown: Unknown::Refuse,
            aliases: &[],
            input: schema::input::<Arguments>(),
            output: schema::output::<PostAnswer>(),
        }
    }

    async fn call(&self, call: &Call<'_>) -> Result<Done, Stop> {
        let arguments: Arguments = call.read()?;
        let (backend, scope) = (&call.shared.backend, arguments.scope);
        let id = match &arguments.id {
            Some(id) => post_ref(id)?,
            None => planned(call, &arguments).await?,
        };
        if scope == Some(CancelScope::All) {
            return end(call, id).await;
        }
        let view = backend.cancel_post(call.actor(), id).await;
        let view = view.map_err(|error| refused(error, str::to_owned))?;
        told(call, &view, Detail::Concise, "Cancelled. ").await
    }
}

/// The one post that waits on a channel for a minute.
async fn planned(call: &Call<'_>, arguments: &Arguments) -> Result<PostRef, Stop> {
    let (Some(channel), Some(text)) = (&arguments.channel, &arguments.publish_at) else {
        let (detail, fix) = ("is missing", "send id, or both channel and publish_at");
        return Err(Problem::new(Code::MissingField, "/id", detail, fix).into());
    };
    let (channel, _) = Known::of(call).await?.meant("/channel", channel)?;
    let workspace = call.shared.zone_of(call.actor()).await?;
    let at = exact(text, arguments.zone.as_deref(), &workspace, "/publish_at")?;
    let from = Timestamp::from_secs(at.instant.as_secs().div_euclid(60) * 60);
    let query = PostQuery {
        from: Some(from),
        until: Some(from.plus(Duration::from_mins(1))),
        states: vec![PostState::Draft, PostState::NeedsApproval, PostState::Scheduled],
        channel: Some(channel),
        limit: 20,
        ..PostQuery::default()
    };
    let page = call.shared.backend.posts(call.actor(), query).await?;
    let parts = page.items.iter().flat_map(|view| &view.publications);
    let parts: Vec<_> = parts
        .filter(|part| part.channel.id == channel && part.publication.is_editable())
        .collect();
    if let [only] = parts.as_slice() {
        return Ok(PostRef::Publication(only.publication.id));
    }
    let (detail, fix) = if parts.is_empty() {
        (
            "has no post that waits for this minute",
            "look with postsListTool when its posts go out",
        )
    } else {
        (
            "has several posts that wait for this minute",
            "name one by its id",
        )
    };
    let problem =
        Problem::new(Code::NotFound, "/publish_at", detail, fix).given(at.instant.to_rfc3339_in(&at.zone));
    let ids: Vec<_> = parts.iter().map(|part| part.publication.id.to_string()).collect();
    Err(if ids.is_empty() {
        problem
    } else {
        problem.allowed(ids.join(", "))
    }
    .into())
}

/// Ends the recurrence of a post.
async fn end(call: &Call<'_>, id: PostRef) -> Result<Done, Stop> {
    let backend = &call.shared.backend;
    let view = backend.post(call.actor(), id).await;
    let view = view.map_err(|error| refused(error, str::to_owned))?;
    let series = series_of(&view)?;
    backend
        .end_recurrence(call.actor(), series.recurrence, Ahead::Discard)
        .await?;
    let view = backend.post(call.actor(), id).await;
    let view = view.map_err(|error| refused(error, str::to_owned))?;
    told(call, &view, Detail::Concise, "Ended, with what was to come. ").await
}
