//! Refusals that happen before a message reaches the protocol: one JSON-RPC error object per HTTP answer.

use axum::body::Body;
use axum::response::Response;
use http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderName, HeaderValue, StatusCode};
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
pub(crate) struct Refusal(Box<Parts>);

/// The parts of a refusal, boxed because they are rarely needed.
#[derive(Debug)]
struct Parts {
    status: StatusCode,
    code: i32,
    message: String,
    id: Value,
    data: Option<Value>,
    header: Option<(HeaderName, HeaderValue)>,
}

impl Refusal {
    /// A refusal with an HTTP status and a JSON-RPC code.
    pub(crate) fn new(status: StatusCode, code: i32, message: impl Into<String>) -> Self {
        Self(Box::new(Parts {
            status,
            code,
            message: message.into(),
            id: Value::Null,
            data: None,
            header: None,
        }))
    }

    /// 400 with [`INVALID_REQUEST`].
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, INVALID_REQUEST, message)
    }

    /// 401: no credential, or one that opens nothing. `challenge` is the value of `WWW-Authenticate`.
    pub(crate) fn unauthorized(message: &str, challenge: &'static str) -> Self {
        let refusal = Self::new(StatusCode::UNAUTHORIZED, INVALID_REQUEST, message);
        refusal.with_header(WWW_AUTHENTICATE, HeaderValue::from_static(challenge))
    }

    /// 405, naming the methods that are answered here.
    pub(crate) fn method_not_allowed(allow: &'static str, message: &str) -> Self {
        let refusal = Self::new(StatusCode::METHOD_NOT_ALLOWED, INVALID_REQUEST, message);
        refusal.with_header(ALLOW, HeaderValue::from_static(allow))
    }

    /// 429 or 503 with the seconds to wait.
    pub(crate) fn later(status: StatusCode, message: &str, seconds: u32) -> Self {
        Self::new(status, INTERNAL_ERROR, message).with_header(RETRY_AFTER, HeaderValue::from(seconds))
    }

    /// The id of the request that is refused, echoed as it came.
    #[must_use]
    pub(crate) fn answering(mut self, id: Option<&Value>) -> Self {
        self.0.id = id.cloned().unwrap_or(Value::Null);
        self
    }

    /// The machine-readable part of the error.
    #[must_use]
    pub(crate) fn with_data(mut self, data: Value) -> Self {
        self.0.data = Some(data);
        self
    }

    fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.0.header = Some((name, value));
        self
    }

    /// The JSON-RPC error object, as one element of a batch answer.
    pub(crate) fn to_message(&self) -> Value {
        let mut error = json!({ "code": self.0.code, "message": self.0.message });
        if let Some(data) = &self.0.data {
            error["data"] = data.clone();
        }
        json!({ "jsonrpc": "2.0", "id": self.0.id, "error": error })
    }

    /// The HTTP answer.
    pub(crate) fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.to_message().to_string()));
        *response.status_mut() = self.0.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some((name, value)) = self.0.header {
            headers.insert(name, value);
        }
        response
    }
}
