//! `POST /publications/{id}/resolve`: a person's answer to "is it there?".

use axum::extract::{Path, State};
use axum::response::Response;
use postern_domain::BackendError;
use postern_domain::id::{PostId, PublicationId};
use postern_domain::post::Resolution;

use crate::deps::App;
use crate::failure::Failure;
use crate::form::Form;
use crate::member::Member;
use crate::respond;

/// Passes the answer on and goes back to the post.
pub(crate) async fn send(
    State(app): State<App>,
    member: Member,
    Path(id): Path<String>,
    form: Form,
) -> Result<Response, Failure> {
    let publication: PublicationId = id
        .parse()
        .map_err(|_| BackendError::not_found("publication", &id))?;
    let post: PostId = form.text("post").parse().map_err(|_| Failure::Malformed)?;
    let url = Some(form.text("url").trim().to_owned()).filter(|url| !url.is_empty());
    let (answer, text) = match form.text("answer") {
        "there" => (Resolution::Published { url }, "Noted: it is published."),
        "again" => (Resolution::SendAgain, "It is sent again."),
        _ => return Err(Failure::Malformed),
    };
    let outcome = app.backend.resolve_post(&member.actor, publication, answer).await;
    respond::after(&app, &format!("/posts/{post}"), outcome, text)
}
