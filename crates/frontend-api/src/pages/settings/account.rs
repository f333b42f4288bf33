//! `GET /settings/account`, `POST /settings/password`, `POST /settings/sessions/{id}/end`: the reader's own login.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use postern_domain::BackendError;
use postern_domain::id::SessionId;
use postern_domain::secret::Secret;

use crate::deps::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::member::Member;
use crate::pages::settings::Section;
use crate::respond;
use crate::views::{Field, Frame, Nav, ProblemList, Problems, When};

#[derive(Template)]
#[template(path = "pages/account.html")]
struct Page {
    frame: Frame,
    section: Section,
    email: String,
    old: Field,
    new: Field,
    problems: ProblemList,
    sessions: Vec<Login>,
}

struct Login {
    id: String,
    browser: String,
    began: When,
    seen: When,
}

impl Page {
    async fn new(app: &App, member: &Member, mut problems: Problems) -> Result<Self, Failure> {
        let sessions = app.backend.sessions(&member.actor).await?;
        Ok(Self {
            frame: member.frame(Nav::Settings),
            section: Section::Account,
            email: member.person.email.clone(),
            old: Field::line("old", "Present password", "password")
                .autocomplete("current-password")
                .problems(&mut problems, "/old_password"),
            new: Field::line("password", "New password", "password")
                .autocomplete("new-password")
                .problems(&mut problems, "/new_password"),
            problems: problems.rest(),
            sessions: sessions
                .iter()
                .map(|session| Login {
                    id: session.id.to_string(),
                    browser: browser(&session.user_agent),
                    began: member.when(session.created_at),
                    seen: member.when(session.last_seen_at),
                })
                .collect(),
        })
    }
}

/// Shows the page.
pub(crate) async fn show(State(app): State<App>, member: Member) -> Result<Response, Failure> {
    respond::page(&Page::new(&app, &member, Problems::default()).await?)
}

/// Sets a new password, which ends all other sessions.
pub(crate) async fn password(
    State(app): State<App>,
    member: Member,
    form: Form,
) -> Result<Response, Failure> {
    let (old, new) = (Secret::new(form.text("old")), Secret::new(form.text("password")));
    match app.backend.change_password(&member.actor, old, new).await {
        Ok(()) => Ok(respond::done(
            &app,
            "/settings/account",
            "Your password is changed; other browsers are logged out.",
        )),
        Err(error) => {
            let problems = respond::problems(error)?;
            respond::refused(&Page::new(&app, &member, problems).await?)
        }
    }
}

/// Ends one session.
pub(crate) async fn end_session(
    State(app): State<App>,
    member: Member,
    Path(id): Path<String>,
    _form: Form,
) -> Result<Response, Failure> {
    let session: SessionId = id.parse().map_err(|_| BackendError::not_found("session", &id))?;
    let outcome = app.backend.end_session(&member.actor, session).await;
    respond::after(&app, "/settings/account", outcome, "That browser is logged out.")
}

/// What people call a browser, out of its own long description.
fn browser(user_agent: &str) -> String {
    // The order matters: most browsers also name those they descend from.
    const BROWSERS: [(&str, &str); 5] = [
        ("Firefox/", "Firefox"),
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 6] = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    let find = |table: &[(&str, &'static str)]| {
        table
            .iter()
            .find(|(mark, _)| user_agent.contains(mark))
            .map(|(_, name)| *name)
    };
    match (find(&BROWSERS), find(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "Unknown browser".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_called_by_their_common_names() {
        for (agent, want) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Firefox on Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
                "Edge on Windows",
            ),
            ("curl/8.5.0", "Unknown browser"),
        ] {
            assert_eq!(browser(agent), want);
        }
    }
}
