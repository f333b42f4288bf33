//! A request as the handlers see it: read whole, split, with its time.

use bytes::Bytes;
use http::{HeaderMap, Method};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::multipart::{self, Part};
use crate::time::Millis;

/// One request to the simulator.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub method: Method,
    /// The path as sent, still percent-encoded, from the root of the listener.
    pub path: String,
    /// The query as sent, without the question mark.
    pub raw_query: String,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// Where this listener is reached, as `http://127.0.0.1:4000`.
    pub base: String,
    /// The same, but always from the Host header: what a client signed.
    pub sent_to: String,
    pub now: Millis,
}

impl Call {
    /// The parts of the path below the platform's prefix, still percent-encoded.
    pub(crate) fn segments(&self) -> Vec<&str> {
        self.path
            .trim_start_matches('/')
            .trim_end_matches('/')
            .split('/')
            .skip(1)
            .collect()
    }

    /// A header as text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The token of an `Authorization: Bearer` header.
    pub(crate) fn bearer(&self) -> Option<&str> {
        let (scheme, token) = self.header("authorization")?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    }

    /// Content type in lower case, with its parameters cut off.
    pub(crate) fn content_type(&self) -> String {
        let whole = self.header("content-type").unwrap_or_default();
        whole
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase()
    }

    /// Length announced by the sender; absent for chunked bodies.
    pub(crate) fn content_length(&self) -> Option<u64> {
        self.header("content-length").and_then(|value| value.parse().ok())
    }

    /// The query, decoded, in order.
    pub(crate) fn query_pairs(&self) -> Vec<(String, String)> {
        pairs(self.raw_query.as_bytes())
    }

    /// The first value of a query parameter.
    pub(crate) fn query(&self, name: &str) -> Option<String> {
        self.query_pairs()
            .into_iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value)
    }

    /// All values of a query parameter.
    pub(crate) fn query_all(&self, name: &str) -> Vec<String> {
        self.query_pairs()
            .into_iter()
            .filter(|(key, _)| key == name)
            .map(|(_, value)| value)
            .collect()
    }

    /// The body as JSON; `None` unless it says so and is so.
    pub(crate) fn json(&self) -> Option<Value> {
        if self.content_type() != "application/json" {
            return None;
        }
        serde_json::from_slice(&self.body).ok()
    }

    /// The body as form pairs; empty unless it says so.
    pub(crate) fn form_pairs(&self) -> Vec<(String, String)> {
        if self.content_type() == "application/x-www-form-urlencoded" {
            pairs(&self.body)
        } else {
            Vec::new()
        }
    }

    /// The body as a multipart form.
    pub(crate) fn parts(&self) -> Option<Vec<Part>> {
        multipart::parse(self.header("content-type")?, &self.body)
    }

    /// Parameters wherever Rails would find them: JSON, form, multipart and query.
    pub(crate) fn params(&self) -> Params {
        let mut found = Vec::new();
        if let Some(Value::Object(fields)) = self.json() {
            for (name, value) in fields {
                flatten(&name, value, &mut found);
            }
        }
        found.extend(self.form_pairs());
        if let Some(parts) = self.parts() {
            found.extend(
                parts
                    .into_iter()
                    .filter(|part| part.file_name.is_none())
                    .map(|part| (part.name.clone(), part.text())),
            );
        }
        found.extend(self.query_pairs());
        Params { pairs: found }
    }
}

/// Named values of a request; lists are repeated names without their brackets.
#[derive(Debug, Clone)]
pub(crate) struct Params {
    pairs: Vec<(String, String)>,
}

impl Params {
    /// The first value of that name.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.pairs
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The first value of that name, or an empty text.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// All values of that name, with or without `[]`.
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        let bracketed = format!("{name}[]");
        self.pairs
            .iter()
            .filter(|(key, _)| key == name || *key == bracketed)
            .map(|(_, value)| value.clone())
            .collect()
    }
}

fn flatten(name: &str, value: Value, into: &mut Vec<(String, String)>) {
    match value {
        Value::Null => {}
        Value::String(text) => into.push((name.to_owned(), text)),
        Value::Array(items) => items.into_iter().for_each(|item| flatten(name, item, into)),
        other @ (Value::Bool(_) | Value::Number(_) | Value::Object(_)) => {
            into.push((name.to_owned(), other.to_string()));
        }
    }
}

/// Decodes form or query pairs.
pub(crate) fn pairs(bytes: &[u8]) -> Vec<(String, String)> {
    url::form_urlencoded::parse(bytes)
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect()
}

/// Decodes one path segment.
pub(crate) fn decode(segment: &str) -> String {
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}
