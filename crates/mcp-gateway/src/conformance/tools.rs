//! The tools of the suite that need nobody's answer.

use std::time::Duration;

use rmcp::RoleServer;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ErrorData, LoggingLevel,
    LoggingMessageNotificationParam, ProgressNotificationParam, Tool,
};
use rmcp::service::RequestContext;
use serde_json::{Value, json};

use super::resources::PIXEL;
use super::{Change, Fixtures, asks, rounds};

/// The shortest sound there is: a header and no samples.
const SILENCE: &str = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=";
/// How long a tool pretends to work.
const WORK: Duration = Duration::from_millis(50);

/// Tools without arguments, and what they are for.
const PLAIN: [(&str, &str); 13] = [
    ("test_audio_content", "Gives a sound"),
    ("test_embedded_resource", "Gives a resource"),
    ("test_error_handling", "Always fails"),
    ("test_image_content", "Gives a picture"),
    ("test_logging_tool", "Logs when it is asked to"),
    (
        "test_multiple_content_types",
        "Gives a text, a picture and a resource",
    ),
    ("test_reconnection", "Answers after a while"),
    ("test_simple_text", "Gives a text"),
    ("test_streaming_elicitation", "Tells progress and asks nobody"),
    ("test_tool_with_logging", "Logs three times"),
    ("test_tool_with_progress", "Tells progress three times"),
    ("test_trigger_prompt_change", "Says that the prompts have changed"),
    ("test_trigger_tool_change", "Says that the tools have changed"),
];

/// All tools, in the order of their names.
pub(super) fn all() -> Vec<Tool> {
    let nothing = || json!({ "type": "object", "properties": {} });
    let mut tools: Vec<_> = PLAIN
        .iter()
        .map(|(name, what)| tool(name, what, nothing()))
        .collect();
    tools.push(tool(
        "json_schema_2020_12_tool",
        "Has a schema of the newest dialect",
        dialect(),
    ));
    let text = json!({ "type": "string", "description": "Any text" });
    tools.push(tool(
        "test_custom_header",
        "Repeats what the header says too",
        json!({
            "type": "object",
            "properties": { "region": { "type": "string", "description": "Any text", "x-mcp-header": "Region" } },
        }),
    ));
    tools.extend(asks::NAMES.iter().map(|(name, argument)| {
        let schema = match argument {
            Some(argument) => {
                json!({ "type": "object", "properties": { *argument: text }, "required": [argument] })
            }
            None => nothing(),
        };
        tool(name, "Asks the client", schema)
    }));
    tools.extend(
        rounds::NAMES
            .iter()
            .map(|name| tool(name, "Answers in several rounds", nothing())),
    );
    tools.sort_by(|a, b| a.name.cmp(&b.name));
    tools
}

fn tool(name: &str, description: &str, schema: Value) -> Tool {
    let schema = match schema {
        Value::Object(schema) => schema,
        _ => serde_json::Map::new(),
    };
    Tool::new(
        name.to_owned(),
        description.to_owned(),
        std::sync::Arc::new(schema),
    )
}

/// A schema with the words of dialect 2020-12 that servers must hand through.
fn dialect() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "$defs": {
            "address": {
                "$anchor": "addressDef",
                "type": "object",
                "properties": { "street": { "type": "string" }, "city": { "type": "string" } },
            },
        },
        "properties": {
            "name": { "type": "string" },
            "address": { "$ref": "#/$defs/address" },
            "contactMethod": { "type": "string", "enum": ["phone", "email"] },
            "phone": { "type": "string" },
            "email": { "type": "string" },
        },
        "allOf": [{ "anyOf": [{ "required": ["phone"] }, { "required": ["email"] }] }],
        "if": { "properties": { "contactMethod": { "const": "phone" } }, "required": ["contactMethod"] },
        "then": { "required": ["phone"] },
        "else": { "required": ["email"] },
        "additionalProperties": false,
    })
}

/// Calls a tool.
pub(super) async fn call(
    fixtures: &Fixtures,
    params: CallToolRequestParams,
    context: &RequestContext<RoleServer>,
) -> Result<CallToolResponse, ErrorData> {
    let name = params.name.to_string();
    if asks::NAMES.iter().any(|(ask, _)| *ask == name) {
        return asks::call(&name, params, context).await;
    }
    if rounds::NAMES.contains(&name.as_str()) {
        return rounds::call(fixtures, &name, &params, context);
    }
    let content = match name.as_str() {
        "json_schema_2020_12_tool" | "test_custom_header" => text("Understood."),
        "test_audio_content" => json!([{ "type": "audio", "data": SILENCE, "mimeType": "audio/wav" }]),
        "test_embedded_resource" => {
            json!([embedded(
                "test://embedded-resource",
                "text/plain",
                "This is an embedded resource content."
            )])
        }
        "test_error_handling" => {
            let said = "This tool intentionally returns an error for testing";
            return done(&json!({ "content": text(said), "isError": true }));
        }
        "test_image_content" => json!([image()]),
        "test_logging_tool" => text("Nothing was logged, for nobody asked for it."),
        "test_multiple_content_types" => json!([
            { "type": "text", "text": "Multiple content types test:" },
            image(),
            embedded("test://mixed-content-resource", "application/json", "{\"test\":\"data\",\"value\":123}"),
        ]),
        "test_reconnection" => {
            tokio::time::sleep(WORK * 2).await;
            text("Reconnection test completed successfully")
        }
        "test_simple_text" => text("This is a simple text response for testing."),
        "test_tool_with_logging" => {
            for said in [
                "Tool execution started",
                "Tool processing data",
                "Tool execution completed",
            ] {
                log(context, said).await;
                tokio::time::sleep(WORK).await;
            }
            text("Logged three times.")
        }
        "test_tool_with_progress" | "test_streaming_elicitation" => {
            progress(context).await;
            text("Told progress three times.")
        }
        "test_trigger_prompt_change" => {
            fixtures.tell(Change::Prompts);
            text("Told.")
        }
        "test_trigger_tool_change" => {
            fixtures.tell(Change::Tools);
            text("Told.")
        }
        _ => return Err(ErrorData::invalid_params(format!("Unknown tool: {name}"), None)),
    };
    done(&json!({ "content": content }))
}

/// The content of a result that is one text.
pub(super) fn text(text: &str) -> Value {
    json!([{ "type": "text", "text": text }])
}

/// A complete result.
pub(super) fn done(result: &Value) -> Result<CallToolResponse, ErrorData> {
    let mut read = CallToolResult::success(Vec::new());
    read.content = serde_json::from_value(result["content"].clone()).map_err(broken)?;
    read.is_error = Some(result["isError"] == true);
    Ok(CallToolResponse::Complete(read))
}

/// A fixture that is not what the protocol says.
pub(super) fn broken<E: std::fmt::Display>(error: E) -> ErrorData {
    ErrorData::internal_error(error.to_string(), None)
}

fn image() -> Value {
    json!({ "type": "image", "data": PIXEL, "mimeType": "image/png" })
}

fn embedded(uri: &str, kind: &str, text: &str) -> Value {
    json!({ "type": "resource", "resource": { "uri": uri, "mimeType": kind, "text": text } })
}

async fn log(context: &RequestContext<RoleServer>, said: &str) {
    let message = LoggingMessageNotificationParam::new(LoggingLevel::Info, json!(said));
    // A client that is gone misses it.
    let _ = context.peer.notify_logging_message(message).await;
}

async fn progress(context: &RequestContext<RoleServer>) {
    for done in [0.0, 50.0, 100.0] {
        if let Some(token) = context.meta.get_progress_token() {
            let told = ProgressNotificationParam::new(token, done).with_total(100.0);
            // A client that is gone misses it.
            let _ = context.peer.notify_progress(told).await;
        }
        tokio::time::sleep(WORK).await;
    }
}
