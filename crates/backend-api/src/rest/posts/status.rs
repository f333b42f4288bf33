//! `PUT /posts/{id}/status`: makes a draft of a planned post, or plans a draft for its stored time.

use axum::body::Body;
use axum::extract::{Path, State};
use postern_domain::ports::Posts;
use postern_domain::post::{Intent, PostEdit, PostView};
use postern_domain::{Actor, BackendError, Code, Problem};
use postern_wire::postiz::{Refusal, Status, parse_status};
use serde_json::json;

use crate::deps::{Inner, Shared};
use crate::edge::{Answer, Caller, Refused, json, post_ref, said, small_json};

pub(in crate::rest) async fn status(
    State(shared): State<Shared>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    body: Body,
) -> Answer {
    let view = change(&shared, &actor, &id, body)
        .await
        .map_err(|error| refused(&error))?;
    let state = if view.post.draft { "DRAFT" } else { "QUEUE" };
    Ok(json(200, &json!({ "id": id.trim(), "state": state })))
}

async fn change(shared: &Inner, actor: &Actor, id: &str, body: Body) -> Result<PostView, BackendError> {
    let wanted = parse_status(&small_json(body).await?).map_err(BackendError::refused)?;
    let id = post_ref(id)?;
    let stored = shared.app.post(actor, id).await?;
    let edit = PostEdit {
        expected_version: Some(stored.post.version),
        intent: Some(intent(wanted, &stored)?),
        ..PostEdit::default()
    };
    shared.app.update_post(actor, id, edit).await
}

fn intent(wanted: Status, stored: &PostView) -> Result<Intent, BackendError> {
    match (wanted, stored.post.publish_at.clone()) {
        (Status::Draft, at) => Ok(Intent::Draft(at)),
        (Status::Schedule, Some(at)) => Ok(Intent::Schedule {
            at,
            past_is_now: true,
        }),
        (Status::Schedule, None) => Err(BackendError::refused(Problem::new(
            Code::MissingField,
            "/publish_at",
            "the draft has no time yet",
            "send the post again with a date, or publish it at once",
        ))),
    }
}

fn refused(error: &BackendError) -> Refused {
    let is_missing = |error: &BackendError| matches!(error, BackendError::NotFound { .. });
    said(error, is_missing, |error| {
        Refusal::text(400, "Post not found", error)
    })
}
