//! `DELETE /posts/{id}` and `DELETE /posts/group/{group}`: takes a post out of the plan. What is published stays.

use axum::extract::{Path, Query, State};
use postern_domain::ports::Posts;
use postern_domain::post::{PostRef, PostView};
use postern_domain::{Actor, BackendError};
use postern_wire::postiz::Refusal;
use serde::Deserialize;
use serde_json::json;

use super::returning;
use crate::deps::{Inner, Shared};
use crate::edge::{Answer, Caller, Refused, json, post_ref, said};

/// How much of a post that returns.
#[derive(Deserialize)]
pub(in crate::rest) struct Wanted {
    /// `this` leaves alone what is to come; anything else ends the recurrence, as compatible clients expect.
    #[serde(default)]
    scope: Option<String>,
}

/// One channel's part, or with the id of a whole post all of it.
pub(in crate::rest) async fn delete(
    State(shared): State<Shared>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Answer {
    let cancelled = cancel(&shared, &actor, &id, &wanted).await;
    cancelled.map_err(|error| refused(&error))?;
    Ok(json(200, &json!({ "id": id.trim() })))
}

async fn cancel(shared: &Inner, actor: &Actor, id: &str, wanted: &Wanted) -> Result<PostView, BackendError> {
    let post = post_ref(id)?;
    if wanted.scope.as_deref() == Some("this") {
        shared.app.cancel_post(actor, post).await
    } else {
        returning::stop(shared, actor, post).await
    }
}

/// All parts of a post, named by the post or by one of them; the answer names the first.
pub(in crate::rest) async fn delete_group(
    State(shared): State<Shared>,
    Caller(actor): Caller,
    Path(group): Path<String>,
) -> Answer {
    let first = cancel_all(&shared, &actor, &group)
        .await
        .map_err(|error| refused(&error))?;
    Ok(json(200, &json!({ "id": first })))
}

async fn cancel_all(shared: &Inner, actor: &Actor, group: &str) -> Result<String, BackendError> {
    let post = match post_ref(group)? {
        PostRef::Post(post) => post,
        part @ PostRef::Publication(_) => shared.app.post(actor, part).await?.post.id,
    };
    let view = returning::stop(shared, actor, PostRef::Post(post)).await?;
    let first = view
        .publications
        .first()
        .map(|part| part.publication.id.to_string());
    Ok(first.unwrap_or_else(|| group.to_owned()))
}

fn refused(error: &BackendError) -> Refused {
    let is_missing = |error: &BackendError| matches!(error, BackendError::NotFound { .. });
    said(error, is_missing, |error| {
        Refusal::msg(404, "Post not found", error)
    })
}
