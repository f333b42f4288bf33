//! `GET /internal/media/{key}`: a stored file for workers in other processes, who show the service token.

use axum::extract::{Path, State};
use http::HeaderMap;
use http::header::AUTHORIZATION;
use postern_domain::BackendError;
use subtle::ConstantTimeEq;

use super::serve::{content, tag_of};
use crate::deps::Shared;
use crate::edge::Documented;

pub(super) async fn internal(
    State(shared): State<Shared>,
    Path(key): Path<String>,
    headers: HeaderMap,
) -> Documented {
    let token = shared.settings.service_token.reveal();
    let given = headers
        .get(AUTHORIZATION)
        .and_then(|header| header.to_str().ok()?.strip_prefix("Bearer "))
        .unwrap_or_default();
    // Without a token of its own a service lets nobody in.
    if token.is_empty() || !bool::from(given.as_bytes().ct_eq(token.as_bytes())) {
        return Err(BackendError::Unauthenticated.into());
    }
    Ok(content(&shared, &key, &headers, &tag_of(&key)).await?)
}
