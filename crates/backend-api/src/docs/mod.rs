//! The description of the API: `/api/openapi.json` for programs, `/api/docs` for people.

mod page;

use std::sync::OnceLock;

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use postern_wire::openapi;
use serde_json::Value as Json;

use crate::deps::Shared;

/// The page has no script, and everything else comes from here.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// How long browsers and proxies may keep what changes with a release alone.
const KEEP: &str = "public, max-age=300";

/// The routes; anybody may read them.
pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/api/openapi.json", get(document))
        .route("/api/docs", get(page))
        .route("/api/docs/style.css", get(style))
}

async fn document() -> Response {
    static TEXT: OnceLock<String> = OnceLock::new();
    let text = TEXT.get_or_init(|| made().to_string());
    sent("application/json; charset=utf-8", text)
}

async fn page() -> Response {
    static TEXT: OnceLock<String> = OnceLock::new();
    let text = TEXT.get_or_init(|| page::render(made()));
    sent("text/html; charset=utf-8", text)
}

async fn style() -> Response {
    sent("text/css; charset=utf-8", include_str!("style.css"))
}

fn made() -> &'static Json {
    static DOCUMENT: OnceLock<Json> = OnceLock::new();
    DOCUMENT.get_or_init(|| openapi::document(env!("CARGO_PKG_VERSION")))
}

fn sent(kind: &'static str, text: &'static str) -> Response {
    let headers = [
        (CONTENT_TYPE, kind),
        (CACHE_CONTROL, KEEP),
        (CONTENT_SECURITY_POLICY, POLICY),
    ];
    (headers, text).into_response()
}
