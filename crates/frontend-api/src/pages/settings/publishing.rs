//! `GET /settings/publishing`: pausing and resuming, and what did not get through.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use postern_domain::BackendError;
use postern_domain::dead_letter::{DeadLetter, DeadLetterId};
use postern_domain::pause::{CatchUp, PauseScope};

use crate::deps::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::member::Member;
use crate::pages::settings::Section;
use crate::views::{Frame, Nav, When};
use crate::{respond, words};

/// This page.
const HERE: &str = "/settings/publishing";

#[derive(Template)]
#[template(path = "pages/publishing.html")]
struct Page {
    frame: Frame,
    section: Section,
    switches: Vec<Switch>,
    letters: Vec<Letter>,
}

/// The pause switch of the workspace or the instance.
struct Switch {
    scope: &'static str,
    title: &'static str,
    text: &'static str,
    since: Option<(When, String)>,
    may: bool,
}

/// Something that did not get through.
struct Letter {
    id: String,
    what: &'static str,
    kind: String,
    reason: String,
    post: Option<String>,
    when: When,
}

/// Shows the page.
pub(crate) async fn show(State(app): State<App>, member: Member) -> Result<Response, Failure> {
    let workspace = PauseScope::Workspace(member.workspace.id);
    let may_pause = app.backend.may_pause(&member.actor, workspace).await?;
    let mut switches = vec![Switch::new(&member, workspace, may_pause)];
    let may_pause = app.backend.may_pause(&member.actor, PauseScope::Instance).await?;
    let instance = Switch::new(&member, PauseScope::Instance, may_pause);
    if instance.may || instance.since.is_some() {
        switches.push(instance);
    }
    let letters = app.backend.dead_letters(&member.actor).await?;
    respond::page(&Page {
        frame: member.frame(Nav::Settings),
        section: Section::Publishing,
        switches,
        letters: letters
            .iter()
            .map(|letter| Letter::new(&member, letter))
            .collect(),
    })
}

/// Pauses the workspace or the instance.
pub(crate) async fn pause(State(app): State<App>, member: Member, form: Form) -> Result<Response, Failure> {
    let scope = scope_of(&member, &form)?;
    let outcome = app.backend.pause(&member.actor, scope).await;
    respond::after(&app, HERE, outcome, "Publishing is paused.")
}

/// Resumes the workspace or the instance.
pub(crate) async fn resume(State(app): State<App>, member: Member, form: Form) -> Result<Response, Failure> {
    let scope = scope_of(&member, &form)?;
    let catch_up = CatchUp::parse(form.text("missed")).unwrap_or_default();
    let outcome = app.backend.resume(&member.actor, scope, catch_up).await;
    let text = outcome.as_ref().map(words::resumed).unwrap_or_default();
    respond::after(&app, HERE, outcome, &text)
}

/// Tries once more what did not get through.
pub(crate) async fn replay(State(app): State<App>, member: Member, form: Form) -> Result<Response, Failure> {
    let given = form.text("id");
    let id: DeadLetterId = given
        .parse()
        .map_err(|_| BackendError::not_found("dead letter", given))?;
    let outcome = app.backend.replay(&member.actor, id).await;
    respond::after(&app, HERE, outcome, "It is tried again.")
}

fn scope_of(member: &Member, form: &Form) -> Result<PauseScope, Failure> {
    match form.text("scope") {
        "workspace" => Ok(PauseScope::Workspace(member.workspace.id)),
        "instance" => Ok(PauseScope::Instance),
        _ => Err(Failure::Malformed),
    }
}

impl Switch {
    fn new(member: &Member, scope: PauseScope, may: bool) -> Self {
        let (title, text) = match scope {
            PauseScope::Instance => (
                "This whole instance",
                "Holds the posts of all workspaces. Only you, as the owner of the instance, can pause and resume it.",
            ),
            PauseScope::Workspace(_) | PauseScope::Channel(_) => (
                "This workspace",
                "Holds every post that becomes due, on all channels. What is on its way is finished, and planning \
                 goes on as usual.",
            ),
        };
        let pause = member.pauses.iter().find(|pause| pause.scope == scope);
        Self {
            scope: scope.kind(),
            title,
            text,
            since: pause.map(|pause| (member.when(pause.since), pause.by.clone())),
            may,
        }
    }
}

impl Letter {
    fn new(member: &Member, letter: &DeadLetter) -> Self {
        Self {
            id: letter.id.to_string(),
            what: match letter.id {
                DeadLetterId::Publication(_) => "Post",
                DeadLetterId::Announcement(_) => "Announcement",
            },
            kind: letter.kind.clone(),
            reason: words::sentence(&letter.reason),
            post: letter.post.map(|post| post.to_string()),
            when: member.when(letter.at),
        }
    }
}
