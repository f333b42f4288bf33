//! `GET` and `POST /channels/{id}/remove`: asks first, then removes.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use postern_domain::post::{PostQuery, PostState};

use crate::deps::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::member::Member;
use crate::pages::channels;
use crate::respond;
use crate::views::{Avatar, Frame, Nav};
use crate::words;

#[derive(Template)]
#[template(path = "pages/remove_channel.html")]
struct Remove {
    frame: Frame,
    id: String,
    avatar: Avatar,
    name: String,
    waiting: String,
}

/// Says what goes with it.
pub(crate) async fn show(
    State(app): State<App>,
    member: Member,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let channel = channels::channel(&app, &member, &id).await?;
    let query = PostQuery {
        channel: Some(channel.id),
        states: vec![PostState::Draft, PostState::Scheduled],
        limit: 100,
        ..PostQuery::default()
    };
    let page = app.backend.posts(&member.actor, query).await?;
    let waiting = match (page.items.len(), page.next) {
        (_, Some(_)) => "More than 100 posts".to_owned(),
        (number, None) => words::count(number, "post", "posts"),
    };
    respond::page(&Remove {
        frame: member.frame(Nav::Channels),
        id: channel.id.to_string(),
        avatar: Avatar::of(&channel),
        name: channel.name.clone(),
        waiting,
    })
}

/// Removes it.
pub(crate) async fn send(
    State(app): State<App>,
    member: Member,
    Path(id): Path<String>,
    _form: Form,
) -> Result<Response, Failure> {
    let channel = channels::channel(&app, &member, &id).await?;
    let outcome = app.backend.remove_channel(&member.actor, channel.id).await;
    respond::after(
        &app,
        "/channels",
        outcome,
        &format!("{} is removed.", channel.name),
    )
}
