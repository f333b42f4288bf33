//! Bodies in: capped, and JSON whatever the content type says.

use axum::body::{Body, to_bytes};
use futures::FutureExt;
use http_body_util::LengthLimitError;
use postern_domain::{BackendError, Code, Problem};
use serde_json::Value as Json;

/// Largest body of `POST /posts`, in bytes.
pub(crate) const LARGEST_POST: usize = 50 * 1024 * 1024;

/// Largest body of all other routes that take JSON, in bytes.
const LARGEST_SMALL: usize = 1024 * 1024;

/// Bodies from this size on are parsed where nobody else waits, in bytes.
const LONG_WORK: usize = 256 * 1024;

/// The JSON of a small body; an empty one is an empty object.
pub(crate) async fn small_json(body: Body) -> Result<Json, BackendError> {
    json_of(&whole(body, LARGEST_SMALL).await?).await
}

/// The bytes of a body.
///
/// Errors: `body_too_large`, or `malformed` when the client broke off.
pub(crate) async fn whole(body: Body, largest: usize) -> Result<Vec<u8>, BackendError> {
    match to_bytes(body, largest).await {
        Ok(bytes) => Ok(bytes.into()),
        Err(error) if is_too_large(&error) => Err(BackendError::refused(
            Problem::new(
                Code::BodyTooLarge,
                "",
                "the body is too large",
                "send less at once",
            )
            .given(format!("more than {largest} bytes"))
            .allowed(format!("{largest} bytes")),
        )),
        Err(_) => Err(malformed("the body broke off")),
    }
}

/// Parses JSON; nothing at all is an empty object.
pub(crate) async fn json_of(bytes: &[u8]) -> Result<Json, BackendError> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(Json::Object(serde_json::Map::new()));
    }
    if bytes.len() < LONG_WORK {
        return parse(bytes);
    }
    let bytes = bytes.to_vec();
    let parsing = tokio::task::spawn_blocking(move || parse(&bytes));
    parsing
        .map(|done| done.unwrap_or(Err(BackendError::Internal)))
        .await
}

fn parse(bytes: &[u8]) -> Result<Json, BackendError> {
    serde_json::from_slice(bytes).map_err(|error| malformed(&error.to_string()))
}

fn malformed(detail: &str) -> BackendError {
    BackendError::refused(
        Problem::new(Code::Malformed, "", detail, "send valid JSON in UTF-8").allowed("a JSON object"),
    )
}

fn is_too_large(error: &axum::Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(inner) = cause {
        if inner.is::<LengthLimitError>() {
            return true;
        }
        cause = inner.source();
    }
    false
}
