//! An answer before it becomes an HTTP response.

use axum::body::Body;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

/// Characters left alone by RFC 3986 escaping.
pub(crate) const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// What a handler answers; `Err` of the same type is a refusal.
pub(crate) type Outcome = Result<Reply, Reply>;

/// Status, headers and body of an answer.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Bytes,
}

impl Reply {
    /// No body at all.
    pub(crate) fn empty(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Bytes::new(),
        }
    }

    /// A JSON body as `application/json`.
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::raw(status, "application/json; charset=utf-8", body.to_string())
    }

    /// A page.
    pub(crate) fn html(status: u16, page: String) -> Self {
        Self::raw(status, "text/html; charset=utf-8", page)
            .with("content-security-policy", "default-src 'none'; img-src 'self' data:; media-src 'self'; style-src 'self'; base-uri 'none'")
            .with("x-content-type-options", "nosniff")
    }

    /// Any text under the given content type.
    pub(crate) fn raw(status: u16, content_type: &str, body: impl Into<Bytes>) -> Self {
        Self {
            status,
            headers: vec![("content-type".to_owned(), content_type.to_owned())],
            body: body.into(),
        }
    }

    /// Pairs as `application/x-www-form-urlencoded`.
    pub(crate) fn form(status: u16, pairs: &[(&str, &str)]) -> Self {
        Self::raw(status, "application/x-www-form-urlencoded", query(pairs))
    }

    /// A redirect by 302.
    pub(crate) fn redirect(location: &str) -> Self {
        Self::empty(302).with("location", location)
    }

    /// Adds a header.
    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// True for any 2xx.
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The JSON body, where there is one.
    pub(crate) fn json_body(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// Turns the answer into what axum sends.
    pub(crate) fn into_response(self) -> Response<Body> {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        for (name, value) in self.headers {
            if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(&value)) {
                response.headers_mut().append(name, value);
            }
        }
        response
    }
}

/// Percent-encodes everything but the unreserved characters.
pub(crate) fn escape(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

/// Joins pairs to a query string.
pub(crate) fn query(pairs: &[(&str, &str)]) -> String {
    let parts: Vec<String> = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", escape(name), escape(value)))
        .collect();
    parts.join("&")
}

/// Adds pairs to an address that may already carry a query.
pub(crate) fn address(base: &str, pairs: &[(&str, &str)]) -> String {
    let separator = if base.contains('?') { '&' } else { '?' };
    format!("{base}{separator}{}", query(pairs))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_join_an_address_with_or_without_a_query() {
        assert_eq!(address("http://a/b", &[("c", "d e")]), "http://a/b?c=d%20e");
        assert_eq!(address("http://a/b?x=1", &[("c", "&")]), "http://a/b?x=1&c=%26");
    }
}
