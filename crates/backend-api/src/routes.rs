//! All routes in one router.

use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::any;
use tokio_util::sync::CancellationToken;

use crate::deps::{Deps, Inner};
use crate::edge::{Origins, cross_origin, once_documented, secured};
use crate::{docs, files, keys, rest};

/// All HTTP routes of this service: `/public/v1/*` and `/api/public/v1/*`, `/api/keys`, `/api/openapi.json`,
/// `/api/docs`, `/api/uploads/{id}`,
/// `/uploads/*` and `/internal/media/*`. To be wrapped with telemetry's `traced` and merged with its `ops_router`.
///
/// Uploads that are still coming in when `stop` is cancelled are answered with 503 a few seconds later.
pub fn router(deps: Deps, stop: CancellationToken) -> Router {
    let origins = Arc::new(Origins::of(&deps.settings.public_url));
    let shared = Arc::new(Inner { deps, stop });
    let public = rest::routes(&shared);
    let keys = keys::routes().route_layer(from_fn_with_state(Arc::clone(&shared), once_documented));
    Router::new()
        .nest("/public/v1", public.clone())
        .nest("/api/public/v1", public)
        .route("/public/v1/", any(rest::unknown))
        .route("/api/public/v1/", any(rest::unknown))
        .nest("/api", keys)
        .merge(docs::routes())
        .merge(files::routes())
        .with_state(shared)
        .layer(from_fn_with_state(origins, cross_origin))
        .layer(from_fn(secured))
}
