//! `resolve_post`: answers for a post of which nobody knows whether it arrived.

use async_trait::async_trait;
use postern_domain::actor::Scope;
use postern_domain::post::Resolution;
use postern_domain::publication::State;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::answer::{Done, Stop};
use crate::schema::{self, Unknown};
use crate::shape::post::Detail;
use crate::tools::parts::part;
use crate::tools::posts::{PostAnswer, refused, told};
use crate::tools::{Call, Effect, Set, Spec, Tool};

#[derive(Deserialize, JsonSchema)]
struct Arguments {
    /// The id of the post on the channel in doubt (pub_...), or of the post (post_...) where only one channel is
    id: String,
    /// published if it is there, not_published to send it again
    outcome: Answer,
    /// Its public address, where it is there and the address is known
    #[serde(default)]
    url: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Published,
    NotPublished,
}

pub(super) struct ResolvePost;

#[async_trait]
impl Tool for ResolvePost {
    fn spec(&self) -> Spec {
        Spec {
            name: "resolve_post",
            title: "Resolve an unconfirmed post",
            description: "Settles a social media post in the state unconfirmed: it was sent, but the platform's answer \
                was lost, so nobody knows whether it arrived. Only a person who has looked at the channel can tell: \
                ask the user. With outcome published it counts as published; with not_published it is sent again at \
                once, which posts it twice if it was there after all. For failed posts use retry_post.",
            scopes: &[Scope::PostsWrite, Scope::PostsRead],
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
        let Arguments { id, outcome, url } = call.read()?;
        let (id, _) = part(call, &id, |part| part.publication.state == State::Unconfirmed).await?;
        let (answer, said) = match outcome {
            Answer::Published => (Resolution::Published { url }, "Noted as published. "),
            Answer::NotPublished => (Resolution::SendAgain, "It is sent again. "),
        };
        let view = call.shared.backend.resolve_post(call.actor(), id, answer).await;
        let view = view.map_err(|error| {
            refused(error, |field| {
                if field.ends_with("url") { "/url" } else { "/id" }.into()
            })
        })?;
        told(call, &view, Detail::Concise, said).await
    }
}
