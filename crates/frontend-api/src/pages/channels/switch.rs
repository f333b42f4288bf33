//! `POST /channels/{id}/enable` and `/disable`.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_domain::ports::ChannelChange;

use crate::deps::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::member::Member;
use crate::pages::channels;
use crate::respond;

/// Switches a channel on.
pub(crate) async fn enable(
    State(app): State<App>,
    member: Member,
    Path(id): Path<String>,
    _form: Form,
) -> Result<Response, Failure> {
    change(&app, &member, &id, false).await
}

/// Switches a channel off; what waits for it stays.
pub(crate) async fn disable(
    State(app): State<App>,
    member: Member,
    Path(id): Path<String>,
    _form: Form,
) -> Result<Response, Failure> {
    change(&app, &member, &id, true).await
}

async fn change(app: &App, member: &Member, id: &str, disabled: bool) -> Result<Response, Failure> {
    let channel = channels::channel(app, member, id).await?;
    let outcome = app
        .backend
        .change_channel(&member.actor, channel.id, ChannelChange::Disabled(disabled))
        .await;
    let text = format!(
        "{} is switched {}.",
        channel.name,
        if disabled { "off" } else { "on" }
    );
    respond::after(app, "/channels", outcome, &text)
}
