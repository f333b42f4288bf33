//! `retry_post`: sends what failed once more.

use async_trait::async_trait;
use postern_domain::actor::Scope;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::answer::{Done, Stop};
use crate::schema::{self, Unknown};
use crate::shape::post::Detail;
use crate::tools::posts::{PostAnswer, post_ref, refused, told};
use crate::tools::{Call, Effect, Set, Spec, Tool};

#[derive(Deserialize, JsonSchema)]
struct Arguments {
    /// The id of a post (post_...), or of its part on one channel (pub_...) to try only that channel again
    id: String,
}

pub(super) struct RetryPost;

#[async_trait]
impl Tool for RetryPost {
    fn spec(&self) -> Spec {
        Spec {
            name: "retry_post",
            title: "Retry a failed post",
            description: "Publishes a failed or missed social media post once more, at once, on the channels where it \
                is not out; a thread goes on at its first entry that is missing. Mend the cause first: get_post tells \
                it with its fix, and what the platform refused (class rejected) is only sent again after a change of \
                text, files or settings. It never sends again what is published, nor what is unconfirmed; for the latter look \
                at the platform and call resolve_post.",
            scopes: &[Scope::PostsWrite],
            set: Set::Posts,
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
        let Arguments { id } = call.read()?;
        let view = call.shared.backend.retry_post(call.actor(), post_ref(&id)?).await;
        let view = view.map_err(|error| refused(error, str::to_owned))?;
        told(call, &view, Detail::Concise, "It is tried again now. ").await
    }
}
