//! `DELETE /keys/{id}`: ends a key at once.

use axum::extract::{Path, State};
use http::StatusCode;
use postern_domain::BackendError;
use postern_domain::ports::Keys;

use crate::deps::Shared;
use crate::edge::{Documented, Holder, empty_on};

pub(super) async fn revoke(
    State(shared): State<Shared>,
    Holder(actor): Holder,
    Path(id): Path<String>,
) -> Documented {
    let key = id.parse().map_err(|_| BackendError::not_found("key", &id))?;
    shared.app.revoke_key(&actor, key).await?;
    Ok(empty_on(StatusCode::NO_CONTENT))
}
