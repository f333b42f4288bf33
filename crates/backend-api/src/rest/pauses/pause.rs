//! `POST /pause`, a route of ours: holds the posts of a workspace, a channel or the instance.

use axum::body::Body;
use axum::extract::State;
use postern_domain::BackendError;
use postern_domain::ports::Pauses;
use postern_wire::postiz::parse_pause;

use super::standing;
use crate::deps::Shared;
use crate::edge::{Documented, Holder, small_json};

pub(in crate::rest) async fn pause(
    State(shared): State<Shared>,
    Holder(actor): Holder,
    body: Body,
) -> Documented {
    let scope = parse_pause(&small_json(body).await?, actor.workspace).map_err(BackendError::Refused)?;
    shared.app.pause(&actor, scope).await?;
    Ok(standing(&shared, &actor).await?)
}
