//! `get_post`: one post and what became of it.

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
    /// The id of a post (post_...) or of its part on one channel (pub_..., which postsListTool lists)
    id: String,
    /// How much to tell: concise (default) or full, which adds the whole text and all files
    #[serde(default)]
    detail: Option<Detail>,
}

pub(super) struct GetPost;

#[async_trait]
impl Tool for GetPost {
    fn spec(&self) -> Spec {
        Spec {
            name: "get_post",
            title: "Get a post",
            description: "Shows one social media post: its state, when it goes out, and for each channel whether it was \
                published, with its public link, or what went wrong and how to mend it. Use it to find out whether a \
                scheduled post went out. For many posts of a time window use postsListTool. Changes nothing.",
            scopes: &[Scope::PostsRead],
            set: Set::Posts,
            effect: Effect::READS,
            unknown: Unknown::Refuse,
            aliases: &[],
            input: schema::input::<Arguments>(),
            output: schema::output_described::<PostAnswer>(),
        }
    }

    async fn call(&self, call: &Call<'_>) -> Result<Done, Stop> {
        let Arguments { id, detail } = call.read()?;
        let view = call.shared.backend.post(call.actor(), post_ref(&id)?).await;
        let view = view.map_err(|error| refused(error, str::to_owned))?;
        told(call, &view, detail.unwrap_or_default(), "").await
    }
}
