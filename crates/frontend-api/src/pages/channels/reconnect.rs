//! `GET` and `POST /channels/{id}/reconnect`: gives a channel fresh access, its posts stay.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_domain::value::{Settings, Value};

use crate::deps::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::member::Member;
use crate::pages::channels::{self, connect};
use crate::respond;
use crate::views::Problems;

/// Shows the form, filled with what is known of the channel.
pub(crate) async fn show(
    State(app): State<App>,
    member: Member,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let channel = channels::channel(&app, &member, &id).await?;
    let provider = channels::provider(&app, channel.provider.as_str()).await?;
    let known: Settings = match &channel.details {
        Value::Map(details) => details.clone(),
        _ => Settings::new(),
    };
    let page = connect::ConnectPage::new(
        &app,
        &member,
        &provider,
        Some(&channel),
        &known,
        Problems::default(),
    );
    respond::page(&page)
}

/// Begins.
pub(crate) async fn send(
    State(app): State<App>,
    member: Member,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let channel = channels::channel(&app, &member, &id).await?;
    let provider = channels::provider(&app, channel.provider.as_str()).await?;
    connect::begin(&app, &member, &provider, Some(&channel), &form).await
}
