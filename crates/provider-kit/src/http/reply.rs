//! What a platform answered.

use std::fmt;

use http::HeaderMap;
use postern_domain::failure::Trace;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::redact::Redactions;

/// Headers that carry a request id, in the order they are looked for.
const REQUEST_IDS: [&str; 6] = [
    "x-request-id",
    "x-li-uuid",
    "x-transaction-id",
    "x-amzn-requestid",
    "x-fb-trace-id",
    "cf-ray",
];

/// How much of a reply is kept as evidence, in bytes.
const KEPT: usize = 2048;

/// What a platform answered. Prints its status only.
#[derive(Clone)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, complete.
    pub body: Vec<u8>,
    pub(crate) hidden: bool,
    pub(crate) redactions: Redactions,
}

impl Reply {
    /// Whether the status is 200 to 299.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// A header, when it is there and readable.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The body as JSON of a shape; none when it is not.
    pub fn json<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_slice(&self.body).ok()
    }

    /// The body as any JSON; null when it is none.
    pub fn value(&self) -> Value {
        self.json().unwrap_or(Value::Null)
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The evidence: status, request id, and the start of the body with secrets struck out.
    pub fn trace(&self) -> Trace {
        Trace {
            operation: String::new(),
            status: Some(self.status),
            request_id: REQUEST_IDS
                .iter()
                .find_map(|name| self.header(name))
                .map(str::to_owned),
            reply: Some(self.evidence()),
            rates: Vec::new(),
        }
    }

    fn evidence(&self) -> String {
        if self.hidden {
            return "[redacted]".to_owned();
        }
        // Struck out before the cut, so that no half of a secret stays at the end.
        let start = &self.body[..self.body.len().min(4 * KEPT)];
        let mut text = self.redactions.strike(&String::from_utf8_lossy(start));
        let mut end = text.len().min(KEPT);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text
    }

    /// The platform's words for people: cut to 300 characters, secrets struck out.
    pub fn words(&self, text: &str) -> String {
        self.redactions.strike(text).chars().take(300).collect()
    }

    /// A reply for tests of error tables.
    pub fn sample(status: u16, headers: &[(&str, &str)], body: &str) -> Self {
        let headers = headers.iter().filter_map(|(name, value)| {
            Some((
                name.parse::<http::HeaderName>().ok()?,
                value.parse::<http::HeaderValue>().ok()?,
            ))
        });
        Self {
            status,
            headers: headers.collect(),
            body: body.as_bytes().to_vec(),
            hidden: false,
            redactions: Redactions::default(),
        }
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reply({})", self.status)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_is_cut_and_holds_no_secret() {
        let secret = "s".repeat(40);
        let mut reply = Reply::sample(
            500,
            &[("x-request-id", "r-1")],
            &format!("{}{secret}", "a".repeat(2030)),
        );
        reply.redactions = Redactions::new([secret.clone()]);
        let trace = reply.trace();
        assert_eq!(trace.request_id.as_deref(), Some("r-1"));
        let kept = trace.reply.unwrap();
        assert!(kept.len() <= KEPT && !kept.contains("ss"), "{kept}");
        assert_eq!(reply.words(&format!("bad {secret}")), "bad [redacted]");
    }

    #[test]
    fn replies_with_tokens_leave_no_evidence() {
        let mut reply = Reply::sample(200, &[], "{\"access_token\":\"x\"}");
        reply.hidden = true;
        assert_eq!(reply.trace().reply.as_deref(), Some("[redacted]"));
    }
}
