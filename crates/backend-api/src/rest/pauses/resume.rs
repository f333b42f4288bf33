//! `POST /resume`, a route of ours: lets go what a pause held.

use axum::body::Body;
use axum::extract::State;
use postern_domain::BackendError;
use postern_domain::ports::Pauses;
use postern_wire::postiz::{parse_resume, resumed_out};

use crate::deps::Shared;
use crate::edge::{Documented, Holder, json, small_json};

pub(in crate::rest) async fn resume(
    State(shared): State<Shared>,
    Holder(actor): Holder,
    body: Body,
) -> Documented {
    let asked = parse_resume(&small_json(body).await?, actor.workspace);
    let (scope, catch_up) = asked.map_err(BackendError::Refused)?;
    let resumed = shared.app.resume(&actor, scope, catch_up).await?;
    Ok(json(200, &resumed_out(resumed)))
}
