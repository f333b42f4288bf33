//! `PUT /posts/{id}/settings`: merges settings into one channel's part that is not under way.

use axum::body::Body;
use axum::extract::{Path, State};
use postern_domain::id::PublicationId;
use postern_domain::ports::Posts;
use postern_domain::post::PostView;
use postern_domain::{Actor, BackendError};
use postern_wire::postiz::{Refusal, parse_settings};
use serde_json::json;

use super::only_part;
use crate::deps::{Inner, Shared};
use crate::edge::{Answer, Caller, Refused, json, post_ref, said, small_json};

pub(in crate::rest) async fn settings(
    State(shared): State<Shared>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    body: Body,
) -> Answer {
    let changed = change(&shared, &actor, &id, body).await;
    let (part, view) = changed.map_err(|error| refused(&error))?;
    let at = view
        .post
        .publish_at
        .as_ref()
        .map_or(view.post.created_at, |at| at.instant);
    let answer = json!({ "postId": part.to_string(), "publishDate": at.to_bare_utc() });
    Ok(json(200, &answer))
}

async fn change(
    shared: &Inner,
    actor: &Actor,
    id: &str,
    body: Body,
) -> Result<(PublicationId, PostView), BackendError> {
    let settings = parse_settings(&small_json(body).await?).map_err(BackendError::refused)?;
    let part = only_part(shared, actor, post_ref(id)?).await?;
    let view = shared.app.update_settings(actor, part, settings).await?;
    Ok((part, view))
}

fn refused(error: &BackendError) -> Refused {
    let is_missing = |error: &BackendError| matches!(error, BackendError::NotFound { .. });
    said(error, is_missing, |error| {
        Refusal::text(404, "Post not found", error)
    })
}
