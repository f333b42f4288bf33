//! `Idempotency-Key`: a write that comes again under the same key is answered as it was the first time.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use postern_app::Answered;
use postern_domain::ports::Keys;
use postern_domain::post::IdempotencyKey;
use postern_domain::secret::Secret;
use postern_domain::{Actor, BackendError, Code, Problem};
use postern_telemetry::ResultExt;
use sha2::{Digest, Sha256};

use super::answer::{Problematic, Refused};
use super::body::{LARGEST_POST, whole};
use super::caller::credential;
use crate::deps::{Inner, Shared};

/// Says that an answer is that of an earlier request.
pub(crate) const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// Largest answer that is kept, in bytes; larger ones are given anew.
const LARGEST_ANSWER: usize = 1024 * 1024;

/// For compatible routes.
pub(crate) async fn once(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    match answer(&shared, request, next).await {
        Ok(response) => response,
        Err(error) => Refused::from(error).into_response(),
    }
}

/// For routes of ours.
pub(crate) async fn once_documented(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    match answer(&shared, request, next).await {
        Ok(response) => response,
        Err(error) => Problematic::from(error).into_response(),
    }
}

async fn answer(shared: &Inner, request: Request, next: Next) -> Result<Response, BackendError> {
    let is_write = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if !is_write || !request.headers().contains_key("idempotency-key") {
        return Ok(next.run(request).await);
    }
    let (parts, body) = request.into_parts();
    let Some(actor) = who(shared, &parts).await else {
        // The route says in its own words who may not call it.
        return Ok(next.run(Request::from_parts(parts, body)).await);
    };
    let (digest, body) = digest(&parts, body).await?;
    let Some(key) = key_of(&parts.headers, digest)? else {
        return Ok(next.run(Request::from_parts(parts, body)).await);
    };
    if let Some(before) = shared.app.answered_before(&actor, &key).await? {
        return Ok(again(&before));
    }
    let response = next.run(Request::from_parts(parts, body)).await;
    Ok(keep(shared, &actor, &key, response).await)
}

async fn who(shared: &Inner, parts: &Parts) -> Option<Actor> {
    let key = credential(parts)?;
    shared.app.authenticate(Secret::new(key)).await.ok()
}

/// A digest of what is asked for. Files stream on; they are told apart by their length.
async fn digest(parts: &Parts, body: Body) -> Result<([u8; 32], Body), BackendError> {
    let mut hash = Sha256::new();
    for part in [
        parts.method.as_str(),
        parts.uri.path(),
        parts.uri.query().unwrap_or_default(),
    ] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let header = |name| {
        parts
            .headers
            .get(name)
            .map(HeaderValue::as_bytes)
            .unwrap_or_default()
    };
    let is_form = header(CONTENT_TYPE).starts_with(b"multipart/");
    if is_form {
        hash.update(header(CONTENT_LENGTH));
        return Ok((hash.finalize().into(), body));
    }
    let bytes = whole(body, LARGEST_POST).await?;
    hash.update(&bytes);
    Ok((hash.finalize().into(), Body::from(bytes)))
}

/// The client's key with a digest of what it sent; none where it sent no key.
pub(crate) fn key_of(
    headers: &HeaderMap,
    digest: impl AsRef<[u8]>,
) -> Result<Option<IdempotencyKey>, BackendError> {
    let Some(given) = headers.get("idempotency-key") else {
        return Ok(None);
    };
    let key = given.to_str().map(str::trim).unwrap_or_default();
    if key.is_empty() || key.len() > 255 {
        return Err(BackendError::refused(
            Problem::new(
                Code::Malformed,
                "/idempotency_key",
                "is not a usable key",
                "send a fresh random text for each new request",
            )
            .given(format!("{} characters", given.len()))
            .allowed("1 to 255 visible ASCII characters"),
        ));
    }
    Ok(Some(IdempotencyKey {
        key: key.to_owned(),
        digest: URL_SAFE_NO_PAD.encode(digest),
    }))
}

fn again(before: &Answered) -> Response {
    let status = StatusCode::from_u16(before.status).unwrap_or(StatusCode::OK);
    let body = before.body.reveal();
    let mut response = if body.is_empty() {
        status.into_response()
    } else {
        let kind = HeaderValue::from_static("application/json; charset=utf-8");
        (status, [(CONTENT_TYPE, kind)], body.to_owned()).into_response()
    };
    response
        .headers_mut()
        .insert(REPLAYED, HeaderValue::from_static("true"));
    response
}

/// Keeps an answer; what was refused may come again under the same key once it is mended.
async fn keep(shared: &Inner, actor: &Actor, key: &IdempotencyKey, response: Response) -> Response {
    let (parts, body) = response.into_parts();
    let bytes = match to_bytes(body, LARGEST_ANSWER).await {
        Ok(bytes) => bytes,
        Err(error) => {
            tracing::error!(error = %error, "an answer was too large to be kept");
            Bytes::new()
        }
    };
    let text = std::str::from_utf8(&bytes)
        .ok()
        .filter(|_| parts.status.is_success());
    let kept = match text {
        Some(text) => {
            let answer = Answered {
                status: parts.status.as_u16(),
                body: Secret::new(text),
            };
            shared.app.keep_answer(actor, key, &answer).await
        }
        None => shared.app.drop_claim(actor, key).await,
    };
    // The deed is done: the next one with this key is refused as busy for a while and then answered anew.
    let _kept = kept.warn_on_error("keeping an answer for its idempotency key");
    Response::from_parts(parts, Body::from(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_key_with_another_body_has_another_digest() {
        let headers = |key: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("idempotency-key", HeaderValue::from_str(key).unwrap());
            headers
        };
        let of = |key: &str, body: &[u8]| key_of(&headers(key), Sha256::digest(body)).unwrap().unwrap();
        assert_eq!(of("a", b"{}"), of("a", b"{}"));
        assert_ne!(of("a", b"{}").digest, of("a", b"[]").digest);
        assert!(key_of(&headers(&"x".repeat(256)), b"").is_err());
        assert!(key_of(&headers(" "), b"").is_err());
        assert_eq!(key_of(&HeaderMap::new(), b"").unwrap(), None);
    }
}
