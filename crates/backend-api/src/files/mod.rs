//! Stored files: taken in by ticket, served to everybody, and to workers.

mod internal;
mod range;
mod serve;
mod take;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, put};

use crate::deps::Shared;

/// The routes. Uploads have no limit of the server's own: the media store holds sizes while it reads.
pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/api/uploads/{id}", put(take::take))
        .layer(DefaultBodyLimit::disable())
        .route("/uploads/{*key}", get(serve::serve))
        .route("/internal/media/{*key}", get(internal::internal))
}
