//! Which other origins may call from a browser: the web UI's own and the MCP inspector's.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use http::{HeaderValue, Method, StatusCode};
use url::Url;

use super::answer::empty_on;

/// The page of the MCP inspector, which the compatible API allows as well.
const INSPECTOR: &str = "http://localhost:6274";

/// Request headers that clients send.
const REQUEST_HEADERS: &str = "Content-Type, Authorization, Idempotency-Key, auth, showorg, impersonate, \
                               x-copilotkit-runtime-client-gql-version";

/// Answer headers that scripts may read.
const ANSWER_HEADERS: &str =
    "X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, Retry-After, Idempotency-Replayed";

/// The origins that are let in.
pub(crate) struct Origins(Vec<String>);

impl Origins {
    /// Those of an instance under this address.
    pub(crate) fn of(public_url: &str) -> Self {
        let own = Url::parse(public_url).map(|url| url.origin().ascii_serialization());
        Self(own.into_iter().chain([INSPECTOR.to_owned()]).collect())
    }

    fn allowed(&self, request: &Request) -> Option<HeaderValue> {
        let origin = request.headers().get(ORIGIN)?;
        let is_known = self
            .0
            .iter()
            .any(|known| origin.as_bytes().eq_ignore_ascii_case(known.as_bytes()));
        is_known.then(|| origin.clone())
    }
}

/// Answers preflights, and says on every answer whether the asking origin may read it.
pub(crate) async fn cross_origin(
    State(origins): State<Arc<Origins>>,
    request: Request,
    next: Next,
) -> Response {
    let allowed = origins.allowed(&request);
    let is_preflight =
        request.method() == Method::OPTIONS && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    let mut response = if is_preflight {
        preflight()
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    headers.append(VARY, HeaderValue::from_static("Origin"));
    if let Some(origin) = allowed {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        headers.insert(
            ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static(ANSWER_HEADERS),
        );
    }
    response
}

fn preflight() -> Response {
    let mut response = empty_on(StatusCode::NO_CONTENT);
    let headers = response.headers_mut();
    headers.insert(
        ACCESS_CONTROL_ALLOW_METHODS,
        HeaderValue::from_static("GET, POST, PUT, DELETE"),
    );
    headers.insert(
        ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static(REQUEST_HEADERS),
    );
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    response
}
