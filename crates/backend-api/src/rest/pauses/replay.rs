//! `POST /dead-letters/{id}/replay`, a route of ours: tries once more what did not get through.

use axum::extract::{Path, State};
use http::StatusCode;
use postern_domain::BackendError;
use postern_domain::ports::DeadLetters;

use crate::deps::Shared;
use crate::edge::{Documented, Holder, empty_on};

pub(in crate::rest) async fn replay(
    State(shared): State<Shared>,
    Holder(actor): Holder,
    Path(id): Path<String>,
) -> Documented {
    let letter = id
        .parse()
        .map_err(|_| BackendError::not_found("dead letter", &id))?;
    shared.app.replay(&actor, letter).await?;
    Ok(empty_on(StatusCode::NO_CONTENT))
}
