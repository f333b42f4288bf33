//! `POST /posts/{id}/publish`, `/retry`, `/cancel`, `/reschedule`: what a reader does with a post or one channel's part.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_domain::BackendError;
use postern_domain::post::{Intent, PostEdit, PostRef, PostView};
use postern_domain::time::{PublishAt, parse_local};

use crate::deps::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::member::Member;
use crate::respond;

/// Publishes at once.
pub(crate) async fn publish(
    State(app): State<App>,
    member: Member,
    Path(id): Path<String>,
    _form: Form,
) -> Result<Response, Failure> {
    let reference = reference(&id)?;
    let outcome = app.backend.publish_post(&member.actor, reference).await;
    back(&app, &member, &id, outcome, "It is on its way.").await
}

/// Tries once more what failed or was missed.
pub(crate) async fn retry(
    State(app): State<App>,
    member: Member,
    Path(id): Path<String>,
    _form: Form,
) -> Result<Response, Failure> {
    let reference = reference(&id)?;
    let outcome = app.backend.retry_post(&member.actor, reference).await;
    back(&app, &member, &id, outcome, "It is tried again.").await
}

/// Takes it out of the plan.
pub(crate) async fn cancel(
    State(app): State<App>,
    member: Member,
    Path(id): Path<String>,
    _form: Form,
) -> Result<Response, Failure> {
    let reference = reference(&id)?;
    let outcome = app.backend.cancel_post(&member.actor, reference).await;
    back(&app, &member, &id, outcome, "Taken out of the plan.").await
}

/// Gives it another time, in the workspace's zone.
pub(crate) async fn reschedule(
    State(app): State<App>,
    member: Member,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let reference = reference(&id)?;
    let Ok(wall) = parse_local(&format!("{}T{}", form.text("date"), form.text("time"))) else {
        return Ok(respond::noticed(
            &app,
            &format!("/posts/{id}"),
            false,
            "Give a date and a time.",
        ));
    };
    let at = PublishAt::local(wall, member.zone().clone());
    let edit = PostEdit {
        intent: Some(Intent::Schedule {
            at,
            past_is_now: false,
        }),
        ..PostEdit::default()
    };
    let outcome = app.backend.update_post(&member.actor, reference, edit).await;
    back(&app, &member, &id, outcome, "Moved.").await
}

fn reference(id: &str) -> Result<PostRef, Failure> {
    id.parse().map_err(|_| BackendError::not_found("post", id).into())
}

/// Back to the page of the post, also when one channel's part was meant.
async fn back(
    app: &App,
    member: &Member,
    id: &str,
    outcome: Result<PostView, BackendError>,
    text: &str,
) -> Result<Response, Failure> {
    let post = match &outcome {
        Ok(view) => view.post.id.to_string(),
        Err(_) => match app.backend.post(&member.actor, reference(id)?).await {
            Ok(view) => view.post.id.to_string(),
            Err(error) => return Err(error.into()),
        },
    };
    respond::after(app, &format!("/posts/{post}"), outcome, text)
}
