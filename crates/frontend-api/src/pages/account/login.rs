//! `GET` and `POST /login`: begins a session.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use http::HeaderMap;
use postern_domain::ports::Login;
use postern_domain::secret::Secret;
use serde::Deserialize;

use crate::deps::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::pages::account;
use crate::respond;
use crate::views::{Field, Plain, ProblemList, Problems};
use crate::visit::Visit;

/// Where to go afterwards.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    next: String,
}

#[derive(Template)]
#[template(path = "pages/login.html")]
struct LogIn {
    frame: Plain,
    next: String,
    open: bool,
    email: Field,
    password: Field,
    problems: ProblemList,
}

impl LogIn {
    fn new(visit: &Visit, open: bool, next: &str, email: &str, mut problems: Problems) -> Self {
        Self {
            frame: visit.plain(),
            next: next.to_owned(),
            open,
            email: Field::line("email", "E-mail address", "email")
                .autocomplete("username")
                .value(email)
                .problems(&mut problems, "/email"),
            password: Field::line("password", "Password", "password")
                .autocomplete("current-password")
                .problems(&mut problems, "/password"),
            problems: problems.rest(),
        }
    }
}

/// Shows the form; an instance without any account goes to its sign-up.
pub(crate) async fn show(
    State(app): State<App>,
    visit: Visit,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let info = app.backend.info().await?;
    if !info.has_owner {
        return Ok(respond::to("/"));
    }
    respond::page(&LogIn::new(
        &visit,
        info.registration_open,
        &wanted.next,
        "",
        Problems::default(),
    ))
}

/// Checks address and password.
pub(crate) async fn send(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    form: Form,
) -> Result<Response, Failure> {
    let (email, next) = (form.text("email").trim(), form.text("next"));
    let login = Login {
        email: email.to_owned(),
        password: Secret::new(form.text("password")),
        user_agent: account::user_agent(&headers),
    };
    match app.backend.log_in(login).await {
        Ok(signed_in) => Ok(account::enter(&app, &signed_in, inside(next))),
        Err(error) => {
            let problems = respond::problems(error)?;
            let open = app.backend.info().await?.registration_open;
            respond::refused(&LogIn::new(&visit, open, next, email, problems))
        }
    }
}

/// The path, when it stays with us; the list of posts otherwise.
fn inside(path: &str) -> &str {
    let ours = path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\n', '\r', '\t']);
    if ours { path } else { "/posts" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_never_leads_to_another_site() {
        for (path, want) in [
            ("/calendar?view=week", "/calendar?view=week"),
            ("//evil.example", "/posts"),
            ("/\\evil.example", "/posts"),
            ("/\t/evil.example", "/posts"),
            ("https://evil.example", "/posts"),
            ("", "/posts"),
        ] {
            assert_eq!(inside(path), want);
        }
    }
}
