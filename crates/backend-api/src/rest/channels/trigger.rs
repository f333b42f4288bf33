//! `POST /integration-trigger/{id}`: a look-up at the platform: boards, sub-channels, tags.

use axum::body::Body;
use axum::extract::{Path, State};
use postern_domain::ports::{Channels, HelperCall};
use postern_domain::value::Value;
use postern_domain::{Actor, BackendError, Code};
use postern_wire::postiz::{Refusal, parse_trigger};
use postern_wire::value::to_json;
use serde_json::json;

use crate::deps::{Inner, Shared};
use crate::edge::{Answer, Caller, Refused, channel_id, json, small_json};

pub(in crate::rest) async fn trigger(
    State(shared): State<Shared>,
    Caller(actor): Caller,
    Path(id): Path<String>,
    body: Body,
) -> Answer {
    let found = look_up(&shared, &actor, &id, body).await;
    let output = found.map_err(|error| refused(&error))?;
    Ok(json(201, &json!({ "output": to_json(&output) })))
}

async fn look_up(shared: &Inner, actor: &Actor, id: &str, body: Body) -> Result<Value, BackendError> {
    let channel = channel_id(id)?;
    let asked = parse_trigger(&small_json(body).await?).map_err(BackendError::refused)?;
    let call = HelperCall {
        channel,
        helper: asked.method,
        arguments: asked.data,
    };
    shared.app.help(actor, call).await
}

fn refused(error: &BackendError) -> Refused {
    let code = match error {
        BackendError::Refused(problems) => problems.first().map(|problem| problem.code),
        _ => None,
    };
    let (status, words) = match (error, code) {
        (BackendError::NotFound { .. }, _) => (404, "Integration not found"),
        (_, Some(Code::ProviderUnknown)) => (404, "Integration provider not found"),
        (_, Some(Code::HelperUnknown)) => (404, "Tool not found"),
        (_, Some(Code::ChannelDisconnected | Code::CredentialsRefused)) => {
            (401, "Channel disconnected due to expired token")
        }
        (_, Some(Code::PlatformRefused)) | (BackendError::Internal, _) => (500, "Unexpected error"),
        _ => return Refusal::of(error).into(),
    };
    Refusal::msg(status, words, error).into()
}
