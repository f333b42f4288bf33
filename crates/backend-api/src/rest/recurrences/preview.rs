//! `POST /recurrences/preview`: the next dates of a rule; nothing is stored.

use axum::body::Body;
use axum::extract::State;
use postern_domain::BackendError;
use postern_domain::ports::Members;
use postern_wire::postiz::{parse_preview, preview_out};

use crate::deps::Shared;
use crate::edge::{Documented, Holder, json, small_json};

pub(in crate::rest) async fn preview(
    State(shared): State<Shared>,
    Holder(actor): Holder,
    body: Body,
) -> Documented {
    let body = small_json(body).await?;
    let zone = shared.app.workspace(&actor).await?.zone;
    let now = shared.clock.now();
    let (rule, count) = parse_preview(&body, &zone, now).map_err(BackendError::Refused)?;
    Ok(json(200, &preview_out(&rule, now, count)))
}
