//! `GET` and `PUT /integrations/{id}/slots`, routes of ours: the weekly posting slots of a channel.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::Response;
use postern_domain::ports::{Channels, Members};
use postern_domain::{Actor, BackendError};
use postern_wire::postiz::{parse_slots, slots_out};

use crate::deps::{Inner, Shared};
use crate::edge::{Documented, Holder, channel_id, json, small_json};

pub(in crate::rest) async fn read(
    State(shared): State<Shared>,
    Holder(actor): Holder,
    Path(id): Path<String>,
) -> Documented {
    Ok(shown(&shared, &actor, &id).await?)
}

/// Replaces all of them.
pub(in crate::rest) async fn replace(
    State(shared): State<Shared>,
    Holder(actor): Holder,
    Path(id): Path<String>,
    body: Body,
) -> Documented {
    let channel = channel_id(&id)?;
    let slots = parse_slots(&small_json(body).await?).map_err(BackendError::Refused)?;
    shared.app.set_slots(&actor, channel, slots).await?;
    Ok(shown(&shared, &actor, &id).await?)
}

async fn shown(shared: &Inner, actor: &Actor, id: &str) -> Result<Response, BackendError> {
    let slots = shared.app.slots(actor, channel_id(id)?).await?;
    let zone = shared.app.workspace(actor).await?.zone;
    Ok(json(200, &slots_out(&slots, &zone)))
}
