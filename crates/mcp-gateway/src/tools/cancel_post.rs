//! `cancel_post`: takes a post out of the plan.

use async_trait::async_trait;
use postern_domain::actor::Scope;
use postern_domain::post::PostRef;
use postern_domain::recurrence::Ahead;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::answer::{Done, Stop};
use crate::schema::{self, Unknown};
use crate::shape::post::Detail;
use crate::tools::posts::{PostAnswer, post_ref, refused, told};
use crate::tools::repeat::series_of;
use crate::tools::{Call, Effect, Spec, Tool};

#[derive(Deserialize, JsonSchema)]
struct Arguments {
    /// The id of a post (post_...), or of its part on one channel (pub_...) to take out only that channel
    id: String,
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
                so that it is not published. It cannot be brought back. What is already published stays at the \
                platform: published posts cannot be deleted here. Of a post that returns it takes one date out, or all with scope. To move a post to another time use update_post.",
            scope: Some(Scope::PostsDraft),
            effect: Effect {
                read_only: false,
                destructive: true,
                idempotent: true,
                open_world: false,
            },
            unknown: Unknown::Refuse,
            aliases: &[],
            input: schema::input::<Arguments>(),
            output: schema::outline::<PostAnswer>(),
        }
    }

    async fn call(&self, call: &Call<'_>) -> Result<Done, Stop> {
        let Arguments { id, scope } = call.read()?;
        let (backend, id) = (&call.shared.backend, post_ref(&id)?);
        if scope == Some(CancelScope::All) {
            return end(call, id).await;
        }
        let view = backend.cancel_post(call.actor(), id).await;
        let view = view.map_err(|error| refused(error, str::to_owned))?;
        told(call, &view, Detail::Concise, "Cancelled. ").await
    }
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
