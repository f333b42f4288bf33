//! The outside of a message: the body as bytes, then as JSON, then as JSON-RPC.

use axum::body::{Body, HttpBody as _};
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use rmcp::model::ProtocolVersion;
use serde_json::{Value, json};

use crate::http::refusal::{HEADER_MISMATCH, INVALID_REQUEST, PARSE_ERROR, Refusal, UNSUPPORTED_VERSION};

/// The header that names the protocol's revision.
pub(super) const VERSION: &str = "mcp-protocol-version";
/// The headers that revision 2026-07-28 reads; each may come once.
const SINGLE: [&str; 3] = [VERSION, "mcp-method", "mcp-name"];
/// The key of request metadata that names the revision.
const META_VERSION: &str = "io.modelcontextprotocol/protocolVersion";

/// Reads a body, at most `limit` bytes.
pub(super) async fn read(headers: &HeaderMap, body: Body, limit: usize) -> Result<Bytes, Refusal> {
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("application/json");
    if !kind
        .trim_start()
        .to_ascii_lowercase()
        .starts_with("application/json")
    {
        let message = "Unsupported content type: send the message as application/json.";
        return Err(Refusal::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            INVALID_REQUEST,
            message,
        ));
    }
    let too_large = || {
        let message = format!(
            "The request is larger than {limit} bytes. Put files into the library with uploadFromUrlTool and name them by their path."
        );
        Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, INVALID_REQUEST, message)
    };
    if body.size_hint().lower() > limit as u64 {
        return Err(too_large());
    }
    match Limited::new(body, limit).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(too_large()),
        Err(_) => Err(Refusal::invalid("The body ended before it was complete.")),
    }
}

/// Reads JSON.
pub(super) fn parse(body: &[u8]) -> Result<Value, Refusal> {
    serde_json::from_slice(body).map_err(|error| {
        let message = format!(
            "Parse error: the body is not JSON (line {}, column {}).",
            error.line(),
            error.column()
        );
        Refusal::new(StatusCode::BAD_REQUEST, PARSE_ERROR, message)
    })
}

/// Checks that a value is one JSON-RPC message.
pub(super) fn check_message(message: &Value) -> Result<(), Refusal> {
    let Some(members) = message.as_object() else {
        return Err(Refusal::invalid("Invalid request: a message is a JSON object."));
    };
    let id = members.get("id");
    let has_answer = members.contains_key("result") || members.contains_key("error");
    if let Some(id) = id
        && !(id.is_string() || id.is_i64() || id.is_u64())
        // An error that answers an unreadable request has no id.
        && !(id.is_null() && has_answer)
    {
        return Err(Refusal::invalid(
            "Invalid request: `id` is a text or a whole number.",
        ));
    }
    if members.get("jsonrpc").and_then(Value::as_str) != Some("2.0") {
        return Err(Refusal::invalid("Invalid request: `jsonrpc` must be \"2.0\".").answering(id));
    }
    if !has_answer && !members.get("method").is_some_and(Value::is_string) {
        return Err(Refusal::invalid("Invalid request: `method` is missing or not a text.").answering(id));
    }
    if members
        .get("params")
        .is_some_and(|params| !params.is_object() && !params.is_null())
    {
        return Err(Refusal::invalid("Invalid request: `params` is an object.").answering(id));
    }
    Ok(())
}

/// Checks the headers that name revision and method: each once, and a revision that is served.
pub(super) fn check_headers(headers: &HeaderMap, message: &Value) -> Result<(), Refusal> {
    let id = message.get("id");
    let in_body = message
        .pointer("/params/_meta")
        .and_then(|meta| meta.get(META_VERSION))
        .and_then(Value::as_str);
    let newest = ProtocolVersion::V_2026_07_28;
    let in_header = headers.get(VERSION).and_then(|value| value.to_str().ok());
    if [in_header, in_body]
        .into_iter()
        .flatten()
        .any(|version| version >= newest.as_str())
    {
        for name in SINGLE {
            if headers.get_all(name).iter().count() > 1 {
                let message = format!("Header mismatch: {name} is there more than once.");
                return Err(Refusal::new(StatusCode::BAD_REQUEST, HEADER_MISMATCH, message).answering(id));
            }
        }
    }
    // With a revision in the body the protocol library compares and judges; without one only the header speaks.
    if in_body.is_none() && headers.contains_key(VERSION) {
        let served = ProtocolVersion::KNOWN_VERSIONS
            .iter()
            .any(|version| Some(version.as_str()) == in_header);
        if !served {
            return Err(unsupported(in_header.unwrap_or_default()).answering(id));
        }
    }
    Ok(())
}

/// Whether a message names its revision itself, as only those without sessions do.
pub(super) fn names_revision(message: &Value) -> bool {
    message
        .pointer("/params/_meta")
        .is_some_and(|meta| meta.get(META_VERSION).is_some())
}

/// Whether an array of messages may come: only the oldest revisions know them.
pub(super) fn check_batch_version(headers: &HeaderMap) -> Result<(), Refusal> {
    match headers.get(VERSION).map(http::HeaderValue::as_bytes) {
        None | Some(b"2025-03-26") => Ok(()),
        Some(_) => Err(Refusal::invalid(
            "Invalid request: this protocol revision has no batches; send one message at a time.",
        )),
    }
}

fn unsupported(requested: &str) -> Refusal {
    let supported: Vec<_> = ProtocolVersion::KNOWN_VERSIONS
        .iter()
        .map(ProtocolVersion::as_str)
        .collect();
    let message = format!(
        "Unsupported protocol version. Supported: {}.",
        supported.join(", ")
    );
    Refusal::new(StatusCode::BAD_REQUEST, UNSUPPORTED_VERSION, message)
        .with_data(json!({ "supported": supported, "requested": requested }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_json_rpc_messages_pass() {
        for (message, fits) in [
            (json!({"jsonrpc": "2.0", "id": 1, "method": "ping"}), true),
            (
                json!({"jsonrpc": "2.0", "id": "a", "method": "ping", "more": true}),
                true,
            ),
            (
                json!({"jsonrpc": "2.0", "method": "notifications/initialized"}),
                true,
            ),
            (json!({"jsonrpc": "2.0", "id": 1, "result": {}}), true),
            (
                json!({"jsonrpc": "2.0", "id": null, "error": {"code": 1, "message": ""}}),
                true,
            ),
            (json!({"jsonrpc": "2.0", "id": null, "method": "ping"}), false),
            (json!({"jsonrpc": "2.0", "id": 1.5, "method": "ping"}), false),
            (json!({"jsonrpc": "1.0", "id": 1, "method": "ping"}), false),
            (json!({"id": 1, "method": "ping"}), false),
            (json!({"jsonrpc": "2.0", "id": 1}), false),
            (json!({"jsonrpc": "2.0", "id": 1, "method": 3}), false),
            (
                json!({"jsonrpc": "2.0", "id": 1, "method": "ping", "params": [1]}),
                false,
            ),
            (json!("ping"), false),
        ] {
            assert_eq!(check_message(&message).is_ok(), fits, "{message}");
        }
    }
}
