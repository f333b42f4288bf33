//! Which address leads where.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{DefaultBodyLimit, Request};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use http::StatusCode;
use postern_domain::BackendError;
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::timeout::TimeoutLayer;

use crate::deps::{App, Deps};
use crate::failure::Failure;
use crate::pages::{
    account, analytics, calendar, channels, compose, events, media, posts, recurrences, settings, theme,
};
use crate::{assets, headers, visit};

/// How long a page may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// Greatest size of a form in bytes.
const FORM_MAX: usize = 2 << 20;

/// The web UI. Streams of live updates end when `stop` is cancelled.
pub fn router(deps: Deps, stop: CancellationToken) -> Router {
    let csrf = CsrfLayer::new();
    let origin = url::Url::parse(&deps.settings.public_url).map(|url| url.origin().ascii_serialization());
    // Behind a proxy the host we see may not be the one that the browser asked.
    let csrf = match origin
        .ok()
        .and_then(|origin| csrf.clone().add_trusted_origin(&origin).ok())
    {
        Some(trusting) => trusting,
        None => csrf,
    };
    let app: App = Arc::new(deps);
    let pages = open_pages()
        .merge(post_pages())
        .merge(channel_pages())
        .merge(settings_pages())
        .layer(DefaultBodyLimit::max(FORM_MAX))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::GATEWAY_TIMEOUT,
            PATIENCE,
        ));
    Router::new()
        .merge(pages)
        .merge(
            Router::new()
                .route("/events", get(events::stream))
                .layer(axum::Extension(events::Stop(stop))),
        )
        .fallback(no_such_page)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(csrf)
        .layer(from_fn_with_state(app.clone(), visit::track))
        .route("/assets/{digest}/{*path}", get(assets::serve))
        .layer(from_fn_with_state(app.clone(), headers::protect))
        .with_state(app)
}

fn open_pages() -> Router<App> {
    Router::new()
        .route("/", get(account::landing::show))
        .route("/login", get(account::login::show).post(account::login::send))
        .route("/signup", get(account::signup::show).post(account::signup::send))
        .route("/logout", post(account::logout::send))
        .route("/theme", post(theme::send))
}

fn post_pages() -> Router<App> {
    Router::new()
        .route("/posts", get(posts::list::show))
        .route("/posts/{id}", get(posts::show::show))
        .route("/posts/{id}/publications", get(posts::show::publications))
        .route(
            "/posts/{id}/edit",
            get(compose::edit::show).post(compose::edit::send),
        )
        .route("/posts/{id}/publish", post(posts::act::publish))
        .route("/posts/{id}/retry", post(posts::act::retry))
        .route("/posts/{id}/cancel", post(posts::act::cancel))
        .route("/posts/{id}/approve", post(posts::review::approve))
        .route("/posts/{id}/reject", post(posts::review::reject))
        .route("/posts/{id}/reschedule", post(posts::act::reschedule))
        .route("/publications/{id}/resolve", post(posts::resolve::send))
        .route("/compose", get(compose::create::show).post(compose::create::send))
        .route("/compose/form", post(compose::step::send))
        .route("/compose/check", post(compose::check::send))
        .route("/recurrences/{id}", get(recurrences::show::show))
        .route("/recurrences/{id}/skip", post(recurrences::act::skip))
        .route("/recurrences/{id}/end", post(recurrences::act::end))
        .route("/media", post(media::begin))
        .route("/calendar", get(calendar::show))
        .route("/analytics", get(analytics::show))
}

fn channel_pages() -> Router<App> {
    Router::new()
        .route("/channels", get(channels::list::show))
        .route(
            "/channels/connect/{provider}",
            get(channels::connect::show).post(channels::connect::send),
        )
        .route(
            "/channels/{id}/reconnect",
            get(channels::reconnect::show).post(channels::reconnect::send),
        )
        .route("/channels/{id}/pause", post(channels::pause::pause))
        .route("/channels/{id}/resume", post(channels::pause::resume))
        .route(
            "/channels/{id}/slots",
            get(channels::slots::show).post(channels::slots::send),
        )
        .route(
            "/channels/{id}/remove",
            get(channels::remove::show).post(channels::remove::send),
        )
        .route("/integrations/social/{provider}", get(channels::callback::show))
}

fn settings_pages() -> Router<App> {
    Router::new()
        .route(
            "/settings",
            get(settings::workspace::show).post(settings::workspace::send),
        )
        .route("/settings/publishing", get(settings::publishing::show))
        .route("/settings/pause", post(settings::publishing::pause))
        .route("/settings/resume", post(settings::publishing::resume))
        .route("/settings/replay", post(settings::publishing::replay))
        .route("/settings/account", get(settings::account::show))
        .route("/settings/password", post(settings::account::password))
        .route(
            "/settings/sessions/{id}/end",
            post(settings::account::end_session),
        )
        .route(
            "/settings/api",
            get(settings::api::show).post(settings::api::create),
        )
        .route("/settings/api/{id}/revoke", post(settings::api::revoke))
}

/// Paths that programs ask for: they get a short answer instead of a page.
const FOR_PROGRAMS: [&str; 8] = [
    "/api/",
    "/public/",
    "/mixpost/",
    "/mcp",
    "/sse/",
    "/message/",
    "/.well-known/",
    "/uploads/",
];

async fn no_such_page(request: Request) -> Response {
    let path = request.uri().path();
    if FOR_PROGRAMS.iter().any(|start| path.starts_with(start)) {
        let body = Json(serde_json::json!({ "error": "not found" }));
        return (StatusCode::NOT_FOUND, body).into_response();
    }
    Failure::NoSuchPage.into_response()
}

fn panicked(_: Box<dyn Any + Send>) -> Response {
    Failure::Backend(BackendError::Internal).into_response()
}
