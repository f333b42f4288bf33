//! `DELETE /integrations/{id}`: removes a channel and what waits for it. What is published stays.

use axum::extract::{Path, State};
use postern_domain::ports::Channels;
use postern_domain::{Actor, BackendError};
use serde_json::{Value as Json, json};

use super::refused;
use crate::deps::{Inner, Shared};
use crate::edge::{Answer, Caller, channel_id, json};

pub(in crate::rest) async fn remove(
    State(shared): State<Shared>,
    Caller(actor): Caller,
    Path(id): Path<String>,
) -> Answer {
    let removed = take_out(&shared, &actor, &id).await;
    Ok(json(200, &removed.map_err(|error| refused(&error))?))
}

/// A key that may not read channels learns no name.
async fn take_out(shared: &Inner, actor: &Actor, id: &str) -> Result<Json, BackendError> {
    let channel = channel_id(id)?;
    let name = shared
        .app
        .channel(actor, channel)
        .await
        .ok()
        .map(|channel| channel.name);
    shared.app.remove_channel(actor, channel).await?;
    let at = shared.clock.now().to_rfc3339();
    Ok(json!({ "id": channel.to_string(), "name": name, "deletedAt": at }))
}
