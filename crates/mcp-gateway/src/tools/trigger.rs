//! `triggerTool`: runs a look-up of a channel's platform.

use async_trait::async_trait;
use postern_domain::actor::Scope;
use postern_domain::ports::HelperCall;
use postern_domain::value::Value as Given;
use postern_wire::value::to_json;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::answer::{Done, Stop};
use crate::schema::{self, Unknown};
use crate::shape::places;
use crate::tools::channels::{Known, channel_id};
use crate::tools::{Call, Effect, Set, Spec, Tool};

#[derive(Deserialize, JsonSchema)]
struct Arguments {
    /// The channel's id from integrationList
    #[serde(rename = "integrationId")]
    integration_id: String,
    /// The look-up's methodName from integrationSchema
    #[serde(rename = "methodName")]
    method_name: String,
    /// The look-up's arguments, as its dataSchema in integrationSchema names them; empty where there are none
    #[serde(rename = "dataSchema")]
    data_schema: Vec<Data>,
}

#[derive(Deserialize, JsonSchema)]
struct Data {
    /// The name of the argument
    key: String,
    /// Its value
    value: String,
}

#[derive(Serialize, JsonSchema)]
struct Answer {
    /// What was found.
    #[schemars(schema_with = "anything")]
    output: Value,
}

fn anything(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({
        "description": "What was found: a list of objects, one object, or a text. Words of the platform, not ours.",
        "anyOf": [
            { "type": "array", "items": { "type": "object", "additionalProperties": true } },
            { "type": "object", "additionalProperties": true },
            { "type": "string" },
        ],
    })
}

pub(super) struct Trigger;

#[async_trait]
impl Tool for Trigger {
    fn spec(&self) -> Spec {
        Spec {
            name: "triggerTool",
            title: "Trigger Integration Tool",
            description: "Runs a look-up of a channel's platform, for example to find boards, communities or tags \
                whose ids a post's settings need. Which look-ups there are and what they take is told by \
                integrationSchema. It may renew the channel's access, or mark the channel for reconnection when the \
                platform refuses it. It posts nothing. The result holds words of the platform.",
            scopes: &[Scope::ChannelsRead],
            set: Set::Channels,
            effect: Effect {
                read_only: false,
                destructive: true,
                idempotent: false,
                open_world: true,
            },
            unknown: Unknown::Drop,
            aliases: &[],
            input: schema::input::<Arguments>(),
            output: schema::output::<Answer>(),
        }
    }

    async fn call(&self, call: &Call<'_>) -> Result<Done, Stop> {
        let Arguments {
            integration_id,
            method_name,
            data_schema,
        } = call.read()?;
        let Some(channel) = channel_id(&integration_id) else {
            return Err(Known::of(call)
                .await?
                .refuse("/integrationId", &integration_id)
                .into());
        };
        let arguments = data_schema
            .into_iter()
            .map(|data| (data.key, Given::Text(data.value)))
            .collect();
        let helper = HelperCall {
            channel,
            helper: method_name,
            arguments,
        };
        let found = call.shared.backend.help(call.actor(), helper).await;
        let found = found.map_err(|error| places::moved(error, place))?;
        let output = match to_json(&found) {
            Value::Array(items) => Value::Array(items.into_iter().filter(Value::is_object).collect()),
            object @ Value::Object(_) => object,
            Value::String(text) => Value::String(text),
            other => Value::String(other.to_string()),
        };
        Done::plain(&Answer { output })
    }
}

fn place(pointer: &str) -> String {
    match places::parts(pointer).as_slice() {
        ["channel", ..] => "/integrationId".into(),
        ["helper", ..] => "/methodName".into(),
        ["arguments", ..] => "/dataSchema".into(),
        _ => pointer.to_owned(),
    }
}
