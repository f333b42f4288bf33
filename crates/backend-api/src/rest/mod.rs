//! The public REST API: the compatible routes, and ours beside them.
//!
//! Each route is one file. Compatible ones answer refusals in the families their clients know, with `code`, `fix`
//! and `errors` added; ours with problem documents. Writes of both take `Idempotency-Key`. What each route is, needs and
//! answers stands in `postern_wire::openapi`, from which the published description is made.

mod analytics;
mod channels;
mod connected;
mod media;
mod notifications;
mod pauses;
mod posts;
mod recurrences;
mod tags;
mod unknown;
mod uploads;
mod users;
mod video;
mod workspace;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{any, delete, get, post, put};
use tower_http::compression::CompressionLayer;

use crate::deps::Shared;
use crate::edge::{once, once_documented, told, worded};
use crate::keys;

pub(crate) use unknown::unknown;

/// The routes below `/public/v1`.
pub(crate) fn routes(shared: &Shared) -> Router<Shared> {
    let compatible = compatible()
        .route_layer(from_fn_with_state(Arc::clone(shared), once))
        .route_layer(from_fn(worded));
    let ours = ours()
        .merge(planning())
        .merge(library())
        .merge(keys::routes())
        .route_layer(from_fn_with_state(Arc::clone(shared), once_documented))
        .route_layer(from_fn(told));
    Router::new()
        .merge(compatible)
        .merge(ours)
        .merge(writing())
        .route("/", any(unknown))
        .route("/{*rest}", any(unknown))
        .method_not_allowed_fallback(unknown)
        .layer(CompressionLayer::new().gzip(true))
}

/// Routes that remember what came under a key together with what they write.
fn writing() -> Router<Shared> {
    Router::new()
        .route("/posts", post(posts::create::create))
        .route("/posts/bulk", post(posts::bulk::bulk).layer(from_fn(told)))
}

/// Routes whose clients were written for others.
fn compatible() -> Router<Shared> {
    Router::new()
        .route("/is-connected", get(connected::connected))
        .route("/integrations", get(channels::list::list))
        .route("/integrations/{id}", delete(channels::remove::remove))
        .route("/groups", get(channels::groups::groups))
        .route("/social/{integration}", get(channels::social::social))
        .route("/integration-settings/{id}", get(channels::settings::settings))
        .route("/integration-trigger/{id}", post(channels::trigger::trigger))
        .route("/find-slot/{id}", get(channels::find_slot::find_slot))
        .route("/posts", get(posts::list::list))
        .route("/posts/{id}", delete(posts::delete::delete))
        .route("/posts/group/{group}", delete(posts::delete::delete_group))
        .route("/posts/{id}/status", put(posts::status::status))
        .route("/posts/{id}/settings", put(posts::settings::settings))
        .route("/posts/{id}/missing", get(posts::missing::missing))
        .route("/posts/{id}/release-id", put(posts::release_id::release_id))
        .route("/analytics/{integration}", get(analytics::channel::channel))
        .route("/analytics/post/{post}", get(analytics::post::post))
        .route("/upload-from-url", post(uploads::url::from_url))
        .route("/notifications", get(notifications::notifications))
        .route("/generate-video", post(video::generate))
        .route("/video/function", post(video::function))
        .route("/users", get(users::users))
        .merge(upload())
}

/// Routes of ours about single posts and the workspace.
fn ours() -> Router<Shared> {
    Router::new()
        .route("/posts/{id}", get(posts::read::read).put(posts::update::update))
        .route("/posts/{id}/publish", post(posts::publish::publish))
        .route("/posts/{id}/retry", post(posts::retry::retry))
        .route("/posts/{id}/resolve", post(posts::resolve::resolve))
        .route("/posts/{id}/approve", post(posts::review::approve))
        .route("/posts/{id}/reject", post(posts::review::reject))
        .route("/posts/validate", post(posts::validate::validate))
        .route("/posts/bulk/{id}/undo", post(posts::bulk::undo))
        .route("/integrations/health", get(channels::health::health))
        .route("/analytics", get(analytics::all::all))
        .route("/pause", get(pauses::list::list).post(pauses::pause::pause))
        .route("/resume", post(pauses::resume::resume))
        .route("/dead-letters", get(pauses::dead_letters::dead_letters))
        .route("/dead-letters/{id}/replay", post(pauses::replay::replay))
        .route(
            "/workspace",
            get(workspace::read::read).put(workspace::change::change),
        )
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

/// Routes of ours about labels and files.
fn library() -> Router<Shared> {
    Router::new()
        .route("/tags", get(tags::list::list).post(tags::create::create))
        .route(
            "/tags/{id}",
            put(tags::change::change).delete(tags::remove::remove),
        )
        .route("/media", get(media::list::list))
        .route(
            "/media/{id}",
            get(media::read::read)
                .put(media::change::change)
                .delete(media::remove::remove),
        )
        .route("/media/uploads", post(media::upload::upload))
}

/// The media store holds the size of an upload while it reads.
fn upload() -> Router<Shared> {
    Router::new()
        .route("/upload", post(uploads::file::file))
        .layer(DefaultBodyLimit::disable())
}
