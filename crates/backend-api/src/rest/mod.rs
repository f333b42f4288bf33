//! The public REST API: the compatible routes, and a few of ours beside them.
//!
//! Each route is one file. Compatible ones answer refusals in the families their clients know, with `code`, `fix`
//! and `errors` added; ours (`GET /posts/{id}`, `retry`, `publish`, `resolve`, `approve`, `reject`, `shift`, `recurrences`, `slots`, `pause`,
//! `resume`, `dead-letters`, `workspace`) with problem documents.

mod channels;
mod connected;
mod pauses;
mod posts;
mod recurrences;
mod unknown;
mod uploads;
mod workspace;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{any, delete, get, post, put};
use tower_http::compression::CompressionLayer;

use crate::deps::Shared;

pub(crate) use unknown::unknown;

/// The routes below `/public/v1`.
pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/is-connected", get(connected::connected))
        .route("/integrations", get(channels::list::list))
        .route("/groups", get(channels::groups::groups))
        .route("/integration-settings/{id}", get(channels::settings::settings))
        .route("/integration-trigger/{id}", post(channels::trigger::trigger))
        .route("/find-slot/{id}", get(channels::find_slot::find_slot))
        .route("/posts", get(posts::list::list).post(posts::create::create))
        .route(
            "/posts/{id}",
            get(posts::read::read).delete(posts::delete::delete),
        )
        .route("/posts/group/{group}", delete(posts::delete::delete_group))
        .route("/posts/{id}/status", put(posts::status::status))
        .route("/posts/{id}/settings", put(posts::settings::settings))
        .route("/posts/{id}/publish", post(posts::publish::publish))
        .route("/posts/{id}/retry", post(posts::retry::retry))
        .route("/posts/{id}/resolve", post(posts::resolve::resolve))
        .route("/posts/{id}/approve", post(posts::review::approve))
        .route("/posts/{id}/reject", post(posts::review::reject))
        .route("/pause", get(pauses::list::list).post(pauses::pause::pause))
        .route("/resume", post(pauses::resume::resume))
        .route("/dead-letters", get(pauses::dead_letters::dead_letters))
        .route("/dead-letters/{id}/replay", post(pauses::replay::replay))
        .route(
            "/workspace",
            get(workspace::read::read).put(workspace::change::change),
        )
        .merge(planning())
        .route("/upload-from-url", post(uploads::url::from_url))
        .merge(upload())
        .route("/", any(unknown))
        .route("/{*rest}", any(unknown))
        .method_not_allowed_fallback(unknown)
        .layer(CompressionLayer::new().gzip(true))
}

/// Routes of ours about the plan as a whole.
fn planning() -> Router<Shared> {
    Router::new()
        .route(
            "/integrations/{id}/slots",
            get(channels::slots::read).put(channels::slots::replace),
        )
        .route("/posts/shift", post(posts::shift::shift))
        .route("/recurrences", get(recurrences::list::list))
        .route("/recurrences/preview", post(recurrences::preview::preview))
        .route(
            "/recurrences/{id}",
            get(recurrences::read::read)
                .put(recurrences::update::update)
                .delete(recurrences::end::end),
        )
        .route("/recurrences/{id}/skip", post(recurrences::skip::skip))
}

/// The media store holds the size of an upload while it reads.
fn upload() -> Router<Shared> {
    Router::new()
        .route("/upload", post(uploads::file::file))
        .layer(DefaultBodyLimit::disable())
}
