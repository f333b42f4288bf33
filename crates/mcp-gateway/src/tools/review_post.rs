//! `review_post`: approves or rejects a post that waits for approval.

use async_trait::async_trait;
use postern_domain::actor::Scope;
use postern_domain::review::{self, Rejection};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::answer::{Done, Stop};
use crate::schema::{self, Unknown};
use crate::shape::post::Detail;
use crate::tools::posts::{PostAnswer, post_ref, refused, told};
use crate::tools::{Call, Effect, Set, Spec, Tool};

#[derive(Deserialize, JsonSchema)]
struct Arguments {
    /// The id of a post (post_...) in the state needs_approval
    id: String,
    /// approve lets it go out at its time, or at once if it has none; reject gives it back to its author as a draft
    decision: Decision,
    /// What has to change, for the author; only with reject, at most 1000 characters
    #[serde(default)]
    reason: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Decision {
    Approve,
    Reject,
}

pub(super) struct ReviewPost;

#[async_trait]
impl Tool for ReviewPost {
    fn spec(&self) -> Spec {
        Spec {
            name: "review_post",
            title: "Approve or reject a post",
            description: "Decides about a social media post that waits for approval because its author may not publish. \
                Approve only what a person has agreed to: an approved post goes out by itself at its time, or at once \
                if it has none. Find such posts with postsListTool (status needs_approval) and read them with \
                get_post first.",
            scopes: &[Scope::PostsWrite],
            set: Set::Approval,
            effect: Effect {
                read_only: false,
                destructive: true,
                idempotent: false,
                open_world: true,
            },
            unknown: Unknown::Refuse,
            aliases: &[],
            input: schema::input::<Arguments>(),
            output: schema::output::<PostAnswer>(),
        }
    }

    async fn call(&self, call: &Call<'_>) -> Result<Done, Stop> {
        let Arguments { id, decision, reason } = call.read()?;
        let (decision, word) = match decision {
            Decision::Approve => (review::Decision::Approve, "It is approved. "),
            Decision::Reject => (
                review::Decision::Reject(Rejection(reason)),
                "It is a draft of its author again. ",
            ),
        };
        let backend = &call.shared.backend;
        let view = backend.review_post(call.actor(), post_ref(&id)?, decision).await;
        let view = view.map_err(|error| refused(error, str::to_owned))?;
        told(call, &view, Detail::Concise, word).await
    }
}
