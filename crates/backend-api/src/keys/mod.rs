//! `/keys`: API keys, for keys with the scope `admin`; below `/public/v1` like all of ours, and below `/api`.

mod create;
mod list;
mod revoke;

use axum::Router;
use axum::routing::{delete, post};

use crate::deps::Shared;

/// The routes.
pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/keys", post(create::create).get(list::list))
        .route("/keys/{id}", delete(revoke::revoke))
}
