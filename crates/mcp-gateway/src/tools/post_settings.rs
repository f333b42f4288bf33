//! `postSettingsTool`: merges settings into one post that is not out yet.

use async_trait::async_trait;
use postern_domain::BackendError;
use postern_domain::actor::Scope;
use postern_domain::post::PostView;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::answer::{Done, Refused, Stop};
use crate::schema::{self, Unknown};
use crate::shape::places;
use crate::shape::settings::{self, Pair};
use crate::tools::parts::part;
use crate::tools::posts::refused;
use crate::tools::{Call, Effect, Set, Spec, Tool};

#[derive(Deserialize, JsonSchema)]
struct Arguments {
    /// The post's id from postsListTool
    id: String,
    /// The settings to change; others stay as they are
    settings: Vec<Pair>,
}

#[derive(Serialize, JsonSchema)]
struct Answer {
    /// What became of it.
    output: Output,
}

#[derive(Default, Serialize, JsonSchema)]
struct Output {
    /// The post's id.
    #[serde(rename = "postId", skip_serializing_if = "Option::is_none")]
    post_id: Option<String>,
    /// When it goes out, UTC, YYYY-MM-DDTHH:mm:ss.
    #[serde(rename = "publishDate", skip_serializing_if = "Option::is_none")]
    publish_date: Option<String>,
    /// Why nothing was changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    errors: Option<String>,
    /// The same for programs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "crate::tools::any_object")]
    refusal: Option<Value>,
}

pub(super) struct PostSettings;

#[async_trait]
impl Tool for PostSettings {
    fn spec(&self) -> Spec {
        Spec {
            name: "postSettingsTool",
            title: "Update Post Settings",
            description: "Merges settings (title, audience, who may reply ...) into one draft or scheduled social media \
                post on one channel; nothing else changes. Which settings there are is told by integrationSchema. For \
                the text or the time of a post use update_post. Published posts cannot be changed.",
            scopes: &[Scope::PostsDraft],
            set: Set::Posts,
            effect: Effect {
                read_only: false,
                destructive: false,
                idempotent: false,
                open_world: false,
            },
            unknown: Unknown::Drop,
            aliases: &[],
            input: schema::input::<Arguments>(),
            output: schema::output::<Answer>(),
        }
    }

    async fn call(&self, call: &Call<'_>) -> Result<Done, Stop> {
        let arguments: Arguments = call.read()?;
        let (id, view) = part(call, &arguments.id, |part| part.publication.is_editable()).await?;
        let channel = view
            .publications
            .iter()
            .find(|part| part.publication.id == id)
            .map(|part| part.channel.id);
        // A key that may not read channels still may set what it knows; values then stay texts.
        let fields = match channel {
            Some(channel) => match call.shared.backend.channel_manifest(call.actor(), channel).await {
                Ok(manifest) => manifest.settings,
                Err(BackendError::Forbidden(_) | BackendError::NotFound { .. }) => Vec::new(),
                Err(error) => return Err(error.into()),
            },
            None => Vec::new(),
        };
        let settings = settings::read(&arguments.settings, &fields);
        match call
            .shared
            .backend
            .update_settings(call.actor(), id, settings)
            .await
        {
            Ok(view) => Done::plain(&Answer {
                output: changed(&view, id.to_string()),
            }),
            Err(error @ (BackendError::Refused(_) | BackendError::Conflict(_))) => {
                let refused =
                    Refused::new(places::moved(error, |field| place(field, &arguments.settings)).problems());
                let output = Output {
                    errors: Some(refused.to_text()),
                    refusal: Some(refused.to_value()),
                    ..Output::default()
                };
                Done::plain(&Answer { output })
            }
            Err(error) => Err(refused(error, str::to_owned)),
        }
    }
}

fn changed(view: &PostView, id: String) -> Output {
    let at = view.post.publish_at.as_ref().map(|at| at.instant.to_bare_utc());
    Output {
        post_id: Some(id),
        publish_date: at,
        ..Output::default()
    }
}

/// `/settings/title` of the domain is the pair with that key here.
fn place(field: &str, pairs: &[Pair]) -> String {
    let parts = places::parts(field);
    let Some(at) = parts.iter().position(|part| *part == "settings") else {
        return "/id".into();
    };
    let key = parts.get(at + 1).copied().unwrap_or_default();
    match pairs.iter().position(|pair| pair.key == key) {
        Some(index) => format!("/settings/{index}/value"),
        None => format!("/settings/{key}"),
    }
}
