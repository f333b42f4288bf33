//! `integrationSchema`: what a platform needs before something is posted there.

use async_trait::async_trait;
use postern_domain::BackendError;
use postern_domain::actor::Scope;
use postern_domain::manifest::{Helper, Manifest};
use postern_wire::postiz::settings_schema;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::answer::{Done, Stop};
use crate::nearest::nearest;
use crate::schema::{self, Unknown};
use crate::tools::{Call, Effect, Set, Spec, Tool};

#[derive(Deserialize, JsonSchema)]
struct Arguments {
    /// Whether the account pays for more at its platform; false if unknown
    #[serde(rename = "isPremium")]
    #[expect(
        dead_code,
        reason = "clients send it; limits come from the connected channels themselves"
    )]
    is_premium: bool,
    /// The platform's identifier as integrationList tells it, for example x, linkedin, mastodon or bluesky
    platform: String,
}

#[derive(Serialize, JsonSchema)]
struct Answer {
    /// What the platform needs.
    output: Needs,
}

#[derive(Serialize, JsonSchema)]
struct Needs {
    /// Rules for writers in words.
    rules: String,
    /// Longest text of one entry, in the platform's own counting; 0 where the platform is unknown.
    #[serde(rename = "maxLength")]
    max_length: u32,
    /// JSON schema of the settings, or the words that there are none.
    #[schemars(schema_with = "schema_or_words")]
    settings: Value,
    /// Look-ups for triggerTool.
    tools: Vec<ToolOut>,
    /// Said where something is odd.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct ToolOut {
    /// What it finds.
    description: String,
    /// Its name, to be used as methodName of triggerTool.
    #[serde(rename = "methodName")]
    method_name: String,
    /// Its arguments.
    #[serde(rename = "dataSchema")]
    data_schema: Vec<DataOut>,
}

#[derive(Serialize, JsonSchema)]
struct DataOut {
    /// The name of the argument.
    key: String,
    /// What it means.
    description: String,
    /// string or number.
    #[serde(rename = "type")]
    kind: String,
}

fn schema_or_words(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({
        "description": "JSON schema of the settings, or the words that there are none.",
        "anyOf": [{ "type": "object", "additionalProperties": true }, { "type": "string" }],
    })
}

pub(super) struct IntegrationSchema;

#[async_trait]
impl Tool for IntegrationSchema {
    fn spec(&self) -> Spec {
        Spec {
            name: "integrationSchema",
            title: "Get Integration Schema",
            description: "Tells what a social media platform needs before something is posted there: writing rules, \
                the longest text, the JSON schema of its settings (title, audience, who may reply ...), and its \
                look-ups for triggerTool. Call it once per platform before integrationSchedulePostTool and fill that \
                tool's settings from it. Takes the platform of a channel in integrationList, not the channel's id. \
                Changes nothing.",
            scopes: &[Scope::ChannelsRead],
            set: Set::Channels,
            effect: Effect::READS,
            unknown: Unknown::Drop,
            aliases: &[],
            input: schema::input::<Arguments>(),
            output: schema::output::<Answer>(),
        }
    }

    async fn call(&self, call: &Call<'_>) -> Result<Done, Stop> {
        let arguments: Arguments = call.read()?;
        let platform = arguments.platform.trim().to_lowercase();
        // The documentation of the compatible API spells this one with another letter.
        let platform = if platform == "warpcast" {
            "wrapcast"
        } else {
            &platform
        };
        let providers = call.shared.backend.providers().await?;
        let Some((manifest, _)) = providers
            .iter()
            .find(|(manifest, _)| manifest.id.as_str() == platform)
        else {
            let names: Vec<_> = providers
                .iter()
                .map(|(manifest, _)| manifest.id.as_str())
                .collect();
            return Done::plain(&Answer {
                output: unknown(platform, &names),
            });
        };
        let max_length = strictest(call, manifest).await?;
        let output = Needs {
            rules: manifest.rules.clone(),
            max_length,
            settings: settings_schema(manifest),
            tools: manifest.helpers.iter().map(show).collect(),
            note: None,
        };
        Done::plain(&Answer { output })
    }
}

/// The longest text that every connected channel of the platform takes: instances and accounts differ.
async fn strictest(call: &Call<'_>, manifest: &Manifest) -> Result<u32, BackendError> {
    let backend = &call.shared.backend;
    let mut longest = None;
    for channel in backend.channels(call.actor(), None).await? {
        if channel.provider == manifest.id {
            let own = backend
                .channel_manifest(call.actor(), channel.id)
                .await?
                .limits
                .text_max;
            longest = Some(longest.map_or(own, |known: u32| known.min(own)));
        }
    }
    Ok(longest.unwrap_or(manifest.limits.text_max))
}

fn unknown(platform: &str, names: &[&str]) -> Needs {
    let near = nearest(platform, names)
        .map(|near| format!(" Did you mean {near}?"))
        .unwrap_or_default();
    let note = format!(
        "There is no such platform here.{near} Known: {}.",
        names.join(", ")
    );
    Needs {
        rules: String::new(),
        max_length: 0,
        settings: json!({}),
        tools: Vec::new(),
        note: Some(note),
    }
}

fn show(helper: &Helper) -> ToolOut {
    let data = helper.arguments.iter().map(|(key, description, kind)| DataOut {
        key: key.clone(),
        description: description.clone(),
        kind: kind.clone(),
    });
    ToolOut {
        description: helper.description.clone(),
        method_name: helper.name.clone(),
        data_schema: data.collect(),
    }
}
