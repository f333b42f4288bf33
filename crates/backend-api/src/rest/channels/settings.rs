//! `GET /integration-settings/{id}`: what a channel's provider wants to know.

use axum::extract::{Path, State};
use postern_domain::ports::Channels;
use postern_domain::{Actor, BackendError, Code};
use postern_wire::postiz::integration_settings;
use serde_json::Value as Json;

use super::refused;
use crate::deps::{Inner, Shared};
use crate::edge::{Answer, Caller, channel_id, json};

pub(in crate::rest) async fn settings(
    State(shared): State<Shared>,
    Caller(actor): Caller,
    Path(id): Path<String>,
) -> Answer {
    let found = needs(&shared, &actor, &id).await;
    Ok(json(200, &found.map_err(|error| refused(&error))?))
}

async fn needs(shared: &Inner, actor: &Actor, id: &str) -> Result<Json, BackendError> {
    match shared.app.channel_manifest(actor, channel_id(id)?).await {
        Ok(manifest) => Ok(integration_settings(Some(&manifest))),
        // The channel is there, but this instance no longer has its provider.
        Err(BackendError::Refused(problems))
            if problems.iter().any(|it| it.code == Code::ProviderUnknown) =>
        {
            Ok(integration_settings(None))
        }
        Err(error) => Err(error),
    }
}
