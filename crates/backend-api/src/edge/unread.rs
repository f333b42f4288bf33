//! Paths and queries that cannot be read: refused in the form of the route rather than in the framework's plain text.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use postern_domain::{BackendError, Code, Problem};

use super::answer::{Problematic, Refused};

/// For compatible routes.
pub(crate) async fn worded(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    if is_unread(&response) {
        return Refused::from(unreadable()).into_response();
    }
    response
}

/// For routes of ours.
pub(crate) async fn told(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    if is_unread(&response) {
        return Problematic::from(unreadable()).into_response();
    }
    response
}

/// Whether the framework refused it: no route of this service answers in plain text.
fn is_unread(response: &Response) -> bool {
    let kind = response.headers().get(CONTENT_TYPE);
    let is_plain = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    response.status().is_client_error() && is_plain
}

fn unreadable() -> BackendError {
    BackendError::refused(Problem::new(
        Code::Malformed,
        "",
        "the path or the query cannot be read",
        "send each parameter once, as text in UTF-8",
    ))
}
