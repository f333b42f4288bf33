//! The tools of the suite that ask the client on an open session.

use std::time::Duration;

use rmcp::RoleServer;
use rmcp::model::{CallToolRequestParams, CallToolResponse, ErrorData, ServerRequest};
use rmcp::service::{PeerRequestOptions, RequestContext};
use serde_json::{Value, json};

use super::tools::{broken, done, text};

/// The tools, each with its one argument.
pub(super) const NAMES: [(&str, Option<&str>); 4] = [
    ("test_elicitation", Some("message")),
    ("test_elicitation_sep1034_defaults", None),
    ("test_elicitation_sep1330_enums", None),
    ("test_sampling", Some("prompt")),
];

/// How long a client may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Asks, and answers with what the client said.
pub(super) async fn call(
    name: &str,
    params: CallToolRequestParams,
    context: &RequestContext<RoleServer>,
) -> Result<CallToolResponse, ErrorData> {
    let given = |key: &str| {
        params
            .arguments
            .as_ref()
            .and_then(|arguments| arguments.get(key)?.as_str())
            .unwrap_or_default()
    };
    let question = match name {
        "test_sampling" => json!({
            "method": "sampling/createMessage",
            "params": {
                "messages": [{ "role": "user", "content": { "type": "text", "text": given("prompt") } }],
                "maxTokens": 100,
            },
        }),
        "test_elicitation" => form(
            given("message"),
            &json!({
                "username": { "type": "string", "description": "User's response" },
                "email": { "type": "string", "description": "User's email address" },
            }),
            &["username", "email"],
        ),
        "test_elicitation_sep1034_defaults" => form("Please look at the defaults", &defaults(), &[]),
        _ => form("Please choose", &choices(), &[]),
    };
    let request: ServerRequest = serde_json::from_value(question).map_err(broken)?;
    let sent = context
        .peer
        .send_request_with_option(request, PeerRequestOptions::with_timeout(PATIENCE))
        .await;
    let answer = match sent {
        Ok(sent) => sent.await_response().await,
        Err(error) => Err(error),
    };
    let answer = match answer {
        Ok(answer) => serde_json::to_value(answer).map_err(broken)?,
        Err(error) => {
            return done(
                &json!({ "content": text(&format!("The client cannot be asked: {error}")), "isError": true }),
            );
        }
    };
    let said = match name {
        "test_sampling" => format!(
            "LLM response: {}",
            answer["content"]["text"].as_str().unwrap_or_default()
        ),
        "test_elicitation" => format!(
            "User response: action={}, content={}",
            action(&answer),
            answer["content"]
        ),
        _ => format!(
            "Elicitation completed: action={}, content={}",
            action(&answer),
            answer["content"]
        ),
    };
    done(&json!({ "content": text(&said) }))
}

fn action(answer: &Value) -> &str {
    answer["action"].as_str().unwrap_or_default()
}

fn form(message: &str, properties: &Value, required: &[&str]) -> Value {
    json!({
        "method": "elicitation/create",
        "params": {
            "message": message,
            "requestedSchema": { "type": "object", "properties": properties, "required": required },
        },
    })
}

fn defaults() -> Value {
    json!({
        "name": { "type": "string", "default": "John Doe" },
        "age": { "type": "integer", "default": 30 },
        "score": { "type": "number", "default": 95.5 },
        "status": { "type": "string", "enum": ["active", "inactive", "pending"], "default": "active" },
        "verified": { "type": "boolean", "default": true },
    })
}

fn choices() -> Value {
    let titled = |choice: &str, title: &str| json!({ "const": choice, "title": title });
    let options = ["option1", "option2", "option3"];
    json!({
        "untitledSingle": { "type": "string", "enum": options },
        "titledSingle": {
            "type": "string",
            "oneOf": [
                titled("value1", "First Option"),
                titled("value2", "Second Option"),
                titled("value3", "Third Option"),
            ],
        },
        "legacyEnum": {
            "type": "string",
            "enum": ["opt1", "opt2", "opt3"],
            "enumNames": ["Option One", "Option Two", "Option Three"],
        },
        "untitledMulti": { "type": "array", "items": { "type": "string", "enum": options } },
        "titledMulti": {
            "type": "array",
            "items": {
                "anyOf": [
                    titled("value1", "First Choice"),
                    titled("value2", "Second Choice"),
                    titled("value3", "Third Choice"),
                ],
            },
        },
    })
}
