//! Serves every page over a backend in memory, for looking at them: `cargo run -p postern-frontend-api --example gallery`.
//!
//! Arguments: `fresh` for an instance that nobody owns, `empty` for one without channels and posts, and a port.
//! Open `/gallery` once to be logged in; `?theme=dark` sets the colours.

#[expect(
    clippy::unwrap_used,
    reason = "samples are right or the gallery does not open"
)]
#[path = "../tests/it/fake/mod.rs"]
mod fake;

use std::collections::HashMap;

use axum::extract::Query;
use axum::response::{AppendHeaders, IntoResponse, Redirect};
use axum::routing::{get, put};
use postern_domain::Timestamp;
use tokio_util::sync::CancellationToken;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let has = |word: &str| words.iter().any(|given| given == word);
    let port: u16 = words.iter().find_map(|word| word.parse().ok()).unwrap_or(5099);
    let fake = fake::Fake::new(Timestamp::parse("2026-11-20T10:00:00Z").unwrap_or_default());
    let token = if has("fresh") {
        String::new()
    } else {
        fake.with_owner()
    };
    if !has("fresh") && !has("empty") {
        fake::samples::fill(&fake);
        fake.break_channel(2, "X has withdrawn the access");
    }
    let enter = get(async move |Query(query): Query<HashMap<String, String>>| {
        let theme = query.get("theme").map_or("auto", String::as_str);
        let to = query.get("to").map_or("/", String::as_str);
        let cookies = AppendHeaders([
            ("set-cookie", format!("postern_session={token}; Path=/")),
            ("set-cookie", format!("postern_theme={theme}; Path=/")),
        ]);
        (cookies, Redirect::to(to)).into_response()
    });
    let router =
        postern_frontend_api::router(fake.deps(Some("http://127.0.0.1:4010")), CancellationToken::new());
    // Whatever is uploaded becomes the sample picture.
    let upload = put(async || format!(r#"{{"id":"{}"}}"#, postern_domain::id::MediaId::from_bits(1)));
    let extra = axum::Router::new()
        .route("/gallery", enter)
        .route("/api/uploads/{id}", upload);
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    axum::serve(listener, router.merge(extra)).await
}
