//! `POST /theme`: keeps the colours a reader chose.

use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, header};

use crate::deps::App;
use crate::form::Form;
use crate::views::Theme;
use crate::{respond, visit};

/// Stores the choice for a year and goes back to where the reader was.
pub(crate) async fn send(State(app): State<App>, headers: HeaderMap, form: Form) -> Response {
    let theme = Theme::parse(form.text("theme"));
    let back = headers
        .get(header::REFERER)
        .and_then(|referer| referer.to_str().ok())
        .and_then(|referer| url::Url::parse(referer).ok())
        .map_or_else(
            || "/".to_owned(),
            |page| format!("/{}", page.path().trim_start_matches('/')),
        );
    let mut response = respond::to(&back);
    let mut cookie = visit::cookie(&app, visit::THEME, theme.as_str().to_owned());
    cookie.set_max_age(cookie::time::Duration::days(365));
    visit::set(&mut response, &cookie);
    response
}
