//! `GET /uploads/{key}`: a stored file, for browsers and platforms. Its address never changes its content.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::Response;
use http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    IF_NONE_MATCH, IF_RANGE, RANGE,
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use postern_domain::BackendError;
use postern_domain::ports::{ByteStream, MediaError};

use super::range::{Part, part};
use crate::deps::{Inner, Shared};
use crate::edge::{Documented, empty_on, outgoing};

/// A file is content and nothing else: it may run no script and load nothing.
const SANDBOX: &str = "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; \
                       frame-ancestors 'none'";

pub(super) async fn serve(
    State(shared): State<Shared>,
    Path(key): Path<String>,
    headers: HeaderMap,
) -> Documented {
    let tag = tag_of(&key);
    let mut response = if is_known(&headers, &tag) {
        empty_on(StatusCode::NOT_MODIFIED)
    } else {
        content(&shared, &key, &headers, &tag).await?
    };
    let answer = response.headers_mut();
    set(answer, ETAG, &tag);
    set(answer, CACHE_CONTROL, "public, max-age=31536000, immutable");
    set(answer, CONTENT_SECURITY_POLICY, SANDBOX);
    Ok(response)
}

/// A file or a part of it, as `headers` ask; shared with the door for workers.
pub(super) async fn content(
    shared: &Inner,
    key: &str,
    headers: &HeaderMap,
    tag: &str,
) -> Result<Response, BackendError> {
    let size = shared
        .media
        .size(key)
        .await
        .map_err(|error| refused(error, key))?;
    let range = text(headers, &RANGE).filter(|_| text(headers, &IF_RANGE).is_none_or(|known| known == tag));
    let (status, from, length) = match part(range, size) {
        Part::Whole => (StatusCode::OK, 0, size),
        Part::Range { from, length } => (StatusCode::PARTIAL_CONTENT, from, length),
        Part::Beyond => {
            let mut response = empty_on(StatusCode::RANGE_NOT_SATISFIABLE);
            set(response.headers_mut(), CONTENT_RANGE, &format!("bytes */{size}"));
            return Ok(response);
        }
    };
    let content: ByteStream = shared
        .media
        .read(key, from)
        .await
        .map_err(|error| refused(error, key))?;
    let mut response: Response<Body> = Response::new(outgoing(content, length));
    *response.status_mut() = status;
    let answer = response.headers_mut();
    set(answer, CONTENT_TYPE, type_of(key));
    set(answer, CONTENT_LENGTH, &length.to_string());
    set(answer, ACCEPT_RANGES, "bytes");
    if status == StatusCode::PARTIAL_CONTENT {
        let last = from + length - 1;
        set(answer, CONTENT_RANGE, &format!("bytes {from}-{last}/{size}"));
    }
    Ok(response)
}

/// The key holds a digest of the content, so it is the tag as well.
pub(super) fn tag_of(key: &str) -> String {
    let name = key.rsplit('/').next().unwrap_or(key);
    let stem: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    format!("\"{stem}\"")
}

fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let known = text(headers, &IF_NONE_MATCH).unwrap_or_default();
    known
        .split(',')
        .map(str::trim)
        .any(|known| known.trim_start_matches("W/") == tag || known == "*")
}

/// The type was told from the content when the file came in; the ending of its key keeps it.
fn type_of(key: &str) -> &'static str {
    match key.rsplit_once('.').map(|(_, ending)| ending) {
        Some("jpg") => "image/jpeg",
        Some("png") => "image/png",
        Some("gif") => "image/gif",
        Some("webp") => "image/webp",
        Some("avif") => "image/avif",
        Some("bmp") => "image/bmp",
        Some("tiff") => "image/tiff",
        Some("mp4") => "video/mp4",
        Some("pdf") => "application/pdf",
        _ => "application/octet-stream",
    }
}

fn refused(error: MediaError, key: &str) -> BackendError {
    match error {
        MediaError::NotFound => BackendError::not_found("file", key.chars().take(100).collect::<String>()),
        MediaError::Refused(problem) => BackendError::refused(problem),
        MediaError::Failed(detail) => {
            tracing::error!(error = %detail, "a stored file could not be read");
            BackendError::Unavailable { what: "media store" }
        }
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    // Values are digits, dates and tags of ours; one that is none of that is left out.
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
