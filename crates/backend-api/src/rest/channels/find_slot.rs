//! `GET /find-slot/{id}`: the next free posting slot of a channel.

use axum::extract::{Path, State};
use postern_domain::ports::Posts;
use postern_domain::time::PublishAt;
use postern_domain::{Actor, BackendError, Code};
use postern_wire::postiz::Refusal;
use serde_json::json;

use crate::deps::{Inner, Shared};
use crate::edge::{Answer, Caller, Refused, channel_id, json};

pub(in crate::rest) async fn find_slot(
    State(shared): State<Shared>,
    Caller(actor): Caller,
    Path(id): Path<String>,
) -> Answer {
    let slot = next(&shared, &actor, &id)
        .await
        .map_err(|error| refused(&error))?;
    Ok(json(200, &json!({ "date": slot.instant.to_bare_utc() })))
}

async fn next(shared: &Inner, actor: &Actor, id: &str) -> Result<PublishAt, BackendError> {
    shared.app.find_slot(actor, channel_id(id)?).await
}

fn refused(error: &BackendError) -> Refused {
    match error {
        BackendError::Refused(problems) if problems.iter().any(|it| it.code == Code::NoSlot) => {
            Refusal::msg(400, "No free posting slot", error).into()
        }
        _ => super::refused(error),
    }
}
