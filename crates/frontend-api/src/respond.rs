//! Answers: pages, parts of pages, redirects with a notice.

use askama::Template;
use axum::response::{Html, IntoResponse, Redirect, Response};
use http::StatusCode;
use postern_domain::{BackendError, Problem};

use crate::deps::Deps;
use crate::failure::Failure;
use crate::views::{Problems, Toast};
use crate::visit;

/// Rendered HTML as a body.
pub(crate) fn as_html(html: String) -> Html<String> {
    Html(html)
}

/// A page or a part of one.
pub(crate) fn page(template: &impl Template) -> Result<Response, Failure> {
    Ok(as_html(template.render()?).into_response())
}

/// A form that comes back with what is wrong beside its fields.
pub(crate) fn refused(template: &impl Template) -> Result<Response, Failure> {
    Ok((StatusCode::UNPROCESSABLE_ENTITY, as_html(template.render()?)).into_response())
}

/// Goes on to another page.
pub(crate) fn to(path: &str) -> Response {
    Redirect::to(path).into_response()
}

/// Goes on to another page, which says that it worked.
pub(crate) fn done(app: &Deps, path: &str, text: impl Into<String>) -> Response {
    noticed(app, path, true, text)
}

/// Goes on to another page with a notice.
pub(crate) fn noticed(app: &Deps, path: &str, good: bool, text: impl Into<String>) -> Response {
    let mut response = to(path);
    let toast = visit::encode_toast(&Toast {
        good,
        text: text.into(),
    });
    let mut cookie = visit::cookie(app, visit::TOAST, toast);
    cookie.set_max_age(cookie::time::Duration::minutes(1));
    visit::set(&mut response, &cookie);
    response
}

/// The problems that a form can show; any other error stops the page.
pub(crate) fn problems(error: BackendError) -> Result<Problems, Failure> {
    match error {
        BackendError::Refused(_) | BackendError::Conflict(_) | BackendError::RateLimited { .. } => {
            Ok(Problems::new(error.problems()))
        }
        BackendError::NotFound { .. }
        | BackendError::Unauthenticated
        | BackendError::Forbidden(_)
        | BackendError::Unavailable { .. }
        | BackendError::Internal => Err(Failure::Backend(error)),
    }
}

/// Where a button leads after its action: with a notice about how it went.
pub(crate) fn after<T>(
    app: &Deps,
    path: &str,
    outcome: Result<T, BackendError>,
    text: &str,
) -> Result<Response, Failure> {
    match outcome {
        Ok(_) => Ok(done(app, path, text)),
        Err(BackendError::Refused(problems)) => Ok(noticed(app, path, false, summary(&problems))),
        Err(BackendError::Conflict(problem)) => Ok(noticed(app, path, false, summary(&[problem]))),
        Err(error) => Err(Failure::Backend(error)),
    }
}

fn summary(problems: &[Problem]) -> String {
    let sentences = problems
        .iter()
        .flat_map(|problem| [&problem.detail, &problem.fix]);
    sentences
        .map(|text| crate::words::sentence(text))
        .collect::<Vec<_>>()
        .join(" ")
}
