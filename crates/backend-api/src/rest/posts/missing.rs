//! `GET /posts/{id}/missing`: what the platform shows lately, for a post that is out under an unknown id.

use axum::extract::{Path, State};
use postern_domain::BackendError;
use postern_domain::ports::Posts;
use serde_json::json;

use crate::deps::Shared;
use crate::edge::{Answer, Caller, json, post_ref};

/// No provider of this instance lists what is out, so there is nothing to choose from; clients know that as an empty
/// list, and unknown posts as well.
pub(in crate::rest) async fn missing(
    State(shared): State<Shared>,
    Caller(actor): Caller,
    Path(id): Path<String>,
) -> Answer {
    if let Ok(id) = post_ref(&id) {
        match shared.app.post(&actor, id).await {
            Ok(_) | Err(BackendError::NotFound { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(json(200, &json!([])))
}
