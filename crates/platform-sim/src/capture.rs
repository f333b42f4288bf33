//! Requests as they came, without their secrets.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::call::Call;
use crate::platforms::Platform;
use crate::time::iso;

/// Names whose values are never kept, in queries, forms and JSON bodies alike.
const SECRETS: [&str; 14] = [
    "access_token",
    "client_secret",
    "code",
    "code_challenge",
    "code_verifier",
    "identifier",
    "oauth_token",
    "oauth_token_secret",
    "oauth_verifier",
    "password",
    "refresh_token",
    "sandbox_account",
    "state",
    "token",
];

const STRUCK: &str = "[redacted]";

/// One request to a platform.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CapturedRequest {
    /// When it came; RFC 3339 with milliseconds.
    pub at: String,
    /// The platform's word.
    pub platform: &'static str,
    /// The HTTP method.
    pub method: String,
    /// Path and query from the root of the listener, secrets struck out.
    pub path: String,
    /// Headers in order, without those that carry credentials.
    pub headers: Vec<(String, String)>,
    /// Content type as sent.
    pub content_type: Option<String>,
    /// The body as JSON where it is JSON or a form, secrets struck out.
    pub body: Option<Value>,
    /// The parts where it is a multipart form.
    pub parts: Vec<CapturedPart>,
    /// Size of the body in bytes.
    pub body_bytes: u64,
    /// Status answered; `None` when the connection was dropped.
    pub status: Option<u16>,
}

/// One part of a captured multipart form; its content is not kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CapturedPart {
    /// Name of the field.
    pub name: String,
    /// File name as sent.
    pub file_name: Option<String>,
    /// Content type of the part.
    #[serde(rename = "type")]
    pub content_type: Option<String>,
    /// Size in bytes.
    pub bytes: u64,
    /// The value of short text fields.
    pub text: Option<String>,
}

/// Describes a request for later inspection.
pub(crate) fn capture(call: &Call, platform: Platform, status: Option<u16>) -> CapturedRequest {
    CapturedRequest {
        at: iso(call.now),
        platform: platform.as_str(),
        method: call.method.to_string(),
        path: path(call),
        headers: headers(call),
        content_type: call.header("content-type").map(str::to_owned),
        body: body(call),
        parts: parts(call),
        body_bytes: call.body.len() as u64,
        status,
    }
}

fn path(call: &Call) -> String {
    if call.raw_query.is_empty() {
        return call.path.clone();
    }
    let pairs = call.raw_query.split('&').map(|pair| match pair.split_once('=') {
        Some((name, _)) if SECRETS.contains(&name) => format!("{name}={STRUCK}"),
        _ => pair.to_owned(),
    });
    format!("{}?{}", call.path, pairs.collect::<Vec<_>>().join("&"))
}

fn headers(call: &Call) -> Vec<(String, String)> {
    call.headers
        .iter()
        .filter(|(name, _)| !["authorization", "cookie", "proxy-authorization"].contains(&name.as_str()))
        .map(|(name, value)| {
            (
                name.to_string(),
                String::from_utf8_lossy(value.as_bytes()).into_owned(),
            )
        })
        .collect()
}

fn body(call: &Call) -> Option<Value> {
    if call.content_type() == "application/x-www-form-urlencoded" {
        let fields: Map<String, Value> = call
            .form_pairs()
            .into_iter()
            .map(|(name, value)| (name, Value::String(value)))
            .collect();
        return Some(struck(Value::Object(fields)));
    }
    serde_json::from_slice(&call.body)
        .ok()
        .filter(|_| call.content_type().contains("json"))
        .map(struck)
}

fn struck(value: Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| {
                if SECRETS.contains(&name.as_str()) {
                    (name, Value::from(STRUCK))
                } else {
                    (name, struck(value))
                }
            })
            .collect::<Map<String, Value>>()
            .into(),
        Value::Array(items) => items.into_iter().map(struck).collect(),
        plain @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => plain,
    }
}

fn parts(call: &Call) -> Vec<CapturedPart> {
    call.parts()
        .into_iter()
        .flatten()
        .map(|part| CapturedPart {
            text: (part.file_name.is_none() && part.bytes.len() <= 2_000).then(|| part.text()),
            bytes: part.bytes.len() as u64,
            name: part.name,
            file_name: part.file_name,
            content_type: part.content_type,
        })
        .collect()
}
