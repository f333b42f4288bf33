//! Answers: JSON with its charset, compatible refusals, problem documents.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use postern_domain::BackendError;
use postern_telemetry::propagate;
use postern_wire::postiz::Refusal;
use postern_wire::problem;
use serde::Serialize;

/// What a compatible route answers.
pub(crate) type Answer = Result<Response, Refused>;

/// What a route of ours answers.
pub(crate) type Documented = Result<Response, Problematic>;

/// A refusal in the compatible families.
#[derive(Debug)]
pub(crate) struct Refused(pub(crate) Refusal);

/// A refusal as a problem document.
#[derive(Debug)]
pub(crate) struct Problematic(BackendError);

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self(refusal)
    }
}

/// Where a route has no words of its own.
impl From<BackendError> for Refused {
    fn from(error: BackendError) -> Self {
        Self(Refusal::of(&error))
    }
}

impl From<BackendError> for Problematic {
    fn from(error: BackendError) -> Self {
        Self(error)
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let Refusal {
            status,
            body,
            retry_after,
        } = self.0;
        let mut response = json(status, &body);
        if let Some(wait) = retry_after {
            tell_to_wait(&mut response, wait);
        }
        response
    }
}

impl IntoResponse for Problematic {
    fn into_response(self) -> Response {
        documented(&self.0)
    }
}

/// An error as a problem document.
fn documented(error: &BackendError) -> Response {
    let document = problem::document(error, trace_id());
    let mut response = json(document.status, &document);
    let kind = HeaderValue::from_static(problem::CONTENT_TYPE);
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    if let Some(wait) = problem::retry_after(error) {
        tell_to_wait(&mut response, wait);
    }
    response
}

/// A JSON body.
pub(crate) fn json(status: u16, body: &impl Serialize) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    match serde_json::to_vec(body) {
        Ok(text) => {
            let kind = HeaderValue::from_static("application/json; charset=utf-8");
            (status, [(header::CONTENT_TYPE, kind)], text).into_response()
        }
        Err(error) => {
            tracing::error!(error = %error, "an answer could not be written as JSON");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// A refusal with words of the route's own where `is_meant`, else as usual.
pub(crate) fn said(
    error: &BackendError,
    is_meant: impl Fn(&BackendError) -> bool,
    words: impl Fn(&BackendError) -> Refusal,
) -> Refused {
    Refused(if is_meant(error) {
        words(error)
    } else {
        Refusal::of(error)
    })
}

/// An answer without a body.
pub(crate) fn empty_on(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

fn tell_to_wait(response: &mut Response, wait: std::time::Duration) {
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    response
        .headers_mut()
        .insert(header::RETRY_AFTER, HeaderValue::from(seconds.max(1)));
}

/// The trace of the request, by which operators find its lines.
fn trace_id() -> Option<String> {
    let traceparent = propagate::current_traceparent()?;
    traceparent.split('-').nth(1).map(str::to_owned)
}
