//! Coming in and going out.

pub(crate) mod landing;
pub(crate) mod login;
pub(crate) mod logout;
pub(crate) mod signup;

use axum::response::Response;
use http::{HeaderMap, header};
use postern_domain::ports::SignedIn;

use crate::deps::Deps;
use crate::{respond, visit};

/// Keeps the token of a session that just began and goes on.
fn enter(app: &Deps, signed_in: &SignedIn, path: &str) -> Response {
    let mut response = respond::to(path);
    let mut cookie = visit::cookie(app, visit::SESSION, signed_in.token.reveal().to_owned());
    let lasts = signed_in.expires_at.since(app.now()).as_secs();
    cookie.set_max_age(cookie::time::Duration::seconds(
        i64::try_from(lasts).unwrap_or(i64::MAX),
    ));
    visit::set(&mut response, &cookie);
    response
}

/// The browser's own description, cut to 200 characters.
fn user_agent(headers: &HeaderMap) -> String {
    let text = headers
        .get(header::USER_AGENT)
        .and_then(|agent| agent.to_str().ok())
        .unwrap_or_default();
    text.chars().take(200).collect()
}
