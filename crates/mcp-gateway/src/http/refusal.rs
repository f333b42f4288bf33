//! Refusals that happen before a message reaches the protocol: one JSON-RPC error object per HTTP answer.

use axum::body::Body;
use axum::response::Response;
use http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use serde_json::{Value, json};

/// JSON-RPC: the body is not JSON.
pub(crate) const PARSE_ERROR: i32 = -32700;
/// JSON-RPC: the body is JSON but not a message, or not one that may come this way.
pub(crate) const INVALID_REQUEST: i32 = -32600;
/// JSON-RPC: this side failed.
pub(crate) const INTERNAL_ERROR: i32 = -32603;
/// MCP: a header contradicts the body, is missing, or is there twice.
pub(crate) const HEADER_MISMATCH: i32 = -32020;
/// MCP: a revision that is not served here.
pub(crate) const UNSUPPORTED_VERSION: i32 = -32022;

/// Why a request goes no further.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    code: i32,
    message: String,
    id: Value,
    data: Option<Value>,
    header: Option<(http::HeaderName, HeaderValue)>,
}

impl Refusal {
    /// A refusal with an HTTP status and a JSON-RPC code.
    pub(crate) fn new(status: StatusCode, code: i32, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            id: Value::Null,
            data: None,
            header: None,
        }
    }

    /// 400 with [`INVALID_REQUEST`].
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, INVALID_REQUEST, message)
    }

    /// 401: no credential, or one that opens nothing. `challenge` is the value of `WWW-Authenticate`.
    pub(crate) fn unauthorized(message: &str, challenge: &'static str) -> Self {
        let mut refusal = Self::new(StatusCode::UNAUTHORIZED, INVALID_REQUEST, message);
        refusal.header = Some((WWW_AUTHENTICATE, HeaderValue::from_static(challenge)));
        refusal
    }

    /// 405, naming the methods that are answered here.
    pub(crate) fn method_not_allowed(allow: &'static str, message: &str) -> Self {
        let mut refusal = Self::new(StatusCode::METHOD_NOT_ALLOWED, INVALID_REQUEST, message);
        refusal.header = Some((ALLOW, HeaderValue::from_static(allow)));
        refusal
    }

    /// 429 or 503 with the seconds to wait.
    pub(crate) fn later(status: StatusCode, message: &str, seconds: u32) -> Self {
        let mut refusal = Self::new(status, INTERNAL_ERROR, message);
        refusal.header = Some((RETRY_AFTER, HeaderValue::from(seconds)));
        refusal
    }

    /// The id of the request that is refused, echoed as it came.
    #[must_use]
    pub(crate) fn to_id(mut self, id: Option<&Value>) -> Self {
        self.id = id.cloned().unwrap_or(Value::Null);
        self
    }

    /// The machine-readable part of the error.
    #[must_use]
    pub(crate) fn with_data(mut self, data: Value) -> Self {
        self.data = Some(data);
        self
    }

    /// The JSON-RPC error object, as one element of a batch answer.
    pub(crate) fn to_message(&self) -> Value {
        let mut error = json!({ "code": self.code, "message": self.message });
        if let Some(data) = &self.data {
            error["data"] = data.clone();
        }
        json!({ "jsonrpc": "2.0", "id": self.id, "error": error })
    }

    /// The HTTP answer.
    pub(crate) fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.to_message().to_string()));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some((name, value)) = self.header {
            headers.insert(name, value);
        }
        response
    }
}
