//! `GET` and `POST /compose`: a new post.

use axum::extract::{Query, State};
use axum::response::Response;
use jiff::civil::{Date, Time};
use postern_domain::id::ChannelId;
use serde::Deserialize;

use crate::deps::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::member::Member;
use crate::pages::compose::composer::{self, Composer};
use crate::pages::compose::form::{Action, ComposeForm, Part};
use crate::pages::compose::library::Library;
use crate::respond;
use crate::views::Problems;

/// What a link to the composer may bring along.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Start {
    date: String,
    time: String,
}

/// Shows an empty form, at the time that a calendar's day stands for.
pub(crate) async fn show(
    State(app): State<App>,
    member: Member,
    Query(start): Query<Start>,
) -> Result<Response, Failure> {
    let (date, time) = composer::first_guess(member.now, member.zone());
    let mut form = ComposeForm {
        shared: vec![Part::default()],
        date: start.date.parse::<Date>().map_or(date, |date| date.to_string()),
        time: start
            .time
            .parse::<Time>()
            .map_or(time, |time| time.strftime("%H:%M").to_string()),
        zone: member.zone().name().to_owned(),
        ..ComposeForm::default()
    };
    let library = Library::load(&app, &member, &form).await?;
    // With a single channel there is nothing to choose.
    let ready: Vec<ChannelId> = library
        .channels
        .iter()
        .filter(|channel| channel.is_ready())
        .map(|channel| channel.id)
        .collect();
    if let [only] = ready.as_slice() {
        form.channels.push(*only);
    }
    let composer = Composer::new(&app, &member, None, &form, &library, Problems::default()).await?;
    respond::page(&composer.page(&member))
}

/// Writes the post and goes to its page; a refusal comes back beside its fields.
pub(crate) async fn send(State(app): State<App>, member: Member, form: Form) -> Result<Response, Failure> {
    let action = Action::parse(form.text("action"));
    let form = ComposeForm::parse(&form);
    let library = Library::load(&app, &member, &form).await?;
    let post = match form.to_post(action, &library) {
        Ok(post) => post,
        Err(problems) => {
            return composer::refuse(&app, &member, None, &form, &library, Problems::new(problems)).await;
        }
    };
    match app.backend.create_post(&member.actor, post, None).await {
        Ok(created) => Ok(respond::done(
            &app,
            &format!("/posts/{}", created.view.post.id),
            said(action),
        )),
        Err(error) => {
            let problems = respond::problems(error)?;
            composer::refuse(&app, &member, None, &form, &library, problems).await
        }
    }
}

/// What the notice says after sending.
pub(crate) fn said(action: Action) -> &'static str {
    match action {
        Action::Draft => "Draft saved.",
        Action::Schedule => "Scheduled.",
        Action::Queue => "Added to the queue.",
        Action::Now => "It is on its way.",
    }
}
