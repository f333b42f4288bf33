//! `POST /channels/{id}/pause` and `/resume`.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_domain::pause::{CatchUp, PauseScope};

use crate::deps::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::member::Member;
use crate::pages::channels;
use crate::{respond, words};

/// Holds the posts of a channel.
pub(crate) async fn pause(
    State(app): State<App>,
    member: Member,
    Path(id): Path<String>,
    _form: Form,
) -> Result<Response, Failure> {
    let channel = channels::channel(&app, &member, &id).await?;
    let scope = PauseScope::Channel(channel.id);
    let outcome = app.backend.pause(&member.actor, scope).await;
    respond::after(
        &app,
        "/channels",
        outcome,
        &format!("{} is paused.", channel.name),
    )
}

/// Lets the posts of a channel go.
pub(crate) async fn resume(
    State(app): State<App>,
    member: Member,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let channel = channels::channel(&app, &member, &id).await?;
    let catch_up = CatchUp::parse(form.text("missed")).unwrap_or_default();
    let scope = PauseScope::Channel(channel.id);
    let outcome = app.backend.resume(&member.actor, scope, catch_up).await;
    let text = outcome.as_ref().map(words::resumed).unwrap_or_default();
    respond::after(&app, "/channels", outcome, &text)
}
