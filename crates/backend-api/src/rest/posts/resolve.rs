//! `POST /posts/{id}/resolve`, a route of ours: answers for a post of which nobody knows whether it arrived.

use axum::body::Body;
use axum::extract::{Path, State};
use postern_domain::BackendError;
use postern_domain::ports::Posts;
use postern_wire::postiz::parse_resolution;

use super::{only_part, shown};
use crate::deps::Shared;
use crate::edge::{Documented, Holder, post_ref, small_json};

pub(in crate::rest) async fn resolve(
    State(shared): State<Shared>,
    Holder(actor): Holder,
    Path(id): Path<String>,
    body: Body,
) -> Documented {
    let answer = parse_resolution(&small_json(body).await?).map_err(BackendError::Refused)?;
    let part = only_part(&shared, &actor, post_ref(&id)?).await?;
    let view = shared.app.resolve_post(&actor, part, answer).await?;
    Ok(shown(&shared, &actor, &view).await)
}
