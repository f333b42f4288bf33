//! `/api/keys`: API keys, for keys with the scope `admin`.

mod create;
mod list;
mod revoke;

use axum::Router;
use axum::routing::{delete, post};

use crate::deps::Shared;

/// The routes.
pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/api/keys", post(create::create).get(list::list))
        .route("/api/keys/{id}", delete(revoke::revoke))
}
