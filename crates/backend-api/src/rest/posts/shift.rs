//! `POST /posts/shift`, a route of ours: moves scheduled posts by a span or into the next free slots, all or none.

use axum::body::Body;
use axum::extract::State;
use postern_domain::BackendError;
use postern_domain::ports::Planning;
use postern_wire::postiz::{parse_shift, shifted_out};

use crate::deps::Shared;
use crate::edge::{Documented, Holder, json, small_json};

pub(in crate::rest) async fn shift(
    State(shared): State<Shared>,
    Holder(actor): Holder,
    body: Body,
) -> Documented {
    let shift = parse_shift(&small_json(body).await?).map_err(BackendError::Refused)?;
    let dry_run = shift.dry_run;
    let moved = shared.app.shift_posts(&actor, shift).await?;
    Ok(json(200, &shifted_out(&moved, dry_run)))
}
