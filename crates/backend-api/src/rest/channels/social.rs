//! `GET /social/{provider}`: where a browser goes to connect a channel, or to connect one again.

use std::collections::HashMap;

use axum::extract::{Path, Query, State};
use postern_domain::channel::{ConnectRequest, ConnectStep};
use postern_domain::id::ChannelId;
use postern_domain::manifest::{FieldKind, Manifest, ProviderId};
use postern_domain::ports::Channels;
use postern_domain::value::{Settings, Value};
use postern_domain::{Actor, BackendError, Code};
use postern_wire::postiz::Refusal;
use serde_json::json;

use crate::deps::{Inner, Shared};
use crate::edge::{Answer, Caller, Refused, json};

/// The channel that is connected again.
const REFRESH: &str = "refresh";

/// What a provider asks for before the redirect, such as the address of an instance, may come along by name. Without
/// it, and for providers that ask for credentials, the answer is our own page with the form.
pub(in crate::rest) async fn social(
    State(shared): State<Shared>,
    Caller(actor): Caller,
    Path(provider): Path<String>,
    Query(given): Query<HashMap<String, String>>,
) -> Answer {
    let url = begin(&shared, &actor, &provider, &given).await;
    Ok(json(
        200,
        &json!({ "url": url.map_err(|error| refused(&error))? }),
    ))
}

async fn begin(
    shared: &Inner,
    actor: &Actor,
    provider: &str,
    given: &HashMap<String, String>,
) -> Result<String, BackendError> {
    let provider = match provider.trim() {
        // As its documents spell it.
        "warpcast" => ProviderId::of("wrapcast"),
        other => ProviderId::new(other),
    };
    let reconnect = match given.get(REFRESH).map(|id| id.trim()).filter(|id| !id.is_empty()) {
        Some(id) => Some(known(shared, actor, &provider, id).await?),
        None => None,
    };
    let manifests = shared.app.providers().await?;
    let manifest = manifests.iter().find(|(manifest, _)| manifest.id == provider);
    let request = ConnectRequest {
        fields: manifest
            .map(|(manifest, _)| asked(manifest, given))
            .unwrap_or_default(),
        provider: provider.clone(),
        reconnect,
    };
    let form = || format!("{}/channels/connect/{provider}", shared.settings.public_url);
    match shared.app.connect(actor, request).await {
        Ok(ConnectStep::Redirect { url, .. }) => Ok(url),
        Ok(ConnectStep::Done(channel)) => Ok(format!(
            "{}/channels?connected={}",
            shared.settings.public_url, channel.id
        )),
        Err(BackendError::Refused(problems)) if problems.iter().all(|it| it.code == Code::SettingMissing) => {
            Ok(reconnect.map_or_else(form, |id| {
                format!("{}/channels/{id}/reconnect", shared.settings.public_url)
            }))
        }
        Err(error) => Err(error),
    }
}

/// A channel by its id, or by the platform's.
async fn known(
    shared: &Inner,
    actor: &Actor,
    provider: &ProviderId,
    id: &str,
) -> Result<ChannelId, BackendError> {
    let channels = shared.app.channels(actor, None).await?;
    let mut own = channels.iter().filter(|channel| channel.provider == *provider);
    let found = own.find(|channel| channel.id.to_string() == id || channel.remote_id == id);
    found
        .map(|channel| channel.id)
        .ok_or_else(|| BackendError::not_found("channel", id.chars().take(100).collect::<String>()))
}

/// What the provider asks for and the query has. Secrets do not belong into addresses, which are logged everywhere.
fn asked(manifest: &Manifest, given: &HashMap<String, String>) -> Settings {
    let fields = manifest.connect.fields().iter();
    let open = fields.filter(|field| !matches!(field.kind, FieldKind::Password));
    open.filter_map(|field| {
        let text = given.get(&field.key)?.trim();
        (!text.is_empty()).then(|| (field.key.clone(), Value::from(text)))
    })
    .collect()
}

fn refused(error: &BackendError) -> Refused {
    let first = match error {
        BackendError::Refused(problems) => problems.first(),
        _ => None,
    };
    match (error, first) {
        (BackendError::NotFound { .. }, _) => Refusal::msg(404, "Integration not found", error).into(),
        (_, Some(problem)) if problem.code == Code::ProviderUnknown => {
            Refusal::msg(400, "Integration not allowed", error).into()
        }
        (_, Some(problem)) => {
            Refusal::msg(400, &format!("{}; {}", problem.detail, problem.fix), error).into()
        }
        (BackendError::Unavailable { what: "platform" } | BackendError::Internal, _) => {
            Refusal::msg(500, "Failed to generate auth URL", error).into()
        }
        _ => Refusal::of(error).into(),
    }
}
