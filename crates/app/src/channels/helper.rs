//! Look-ups at a provider: boards, sub-channels, tags.

use postern_domain::actor::{Actor, Scope};
use postern_domain::channel::Health;
use postern_domain::ports::{ConnectError, Dispatch, HelperCall};
use postern_domain::value::Value;
use postern_domain::{BackendError, Code, Problem};

use super::read::find;
use crate::App;
use crate::access::require;
use crate::publications::open;

/// Runs a helper; renews the grant once when the platform finds it stale.
pub(super) async fn help(app: &App, actor: &Actor, call: HelperCall) -> Result<Value, BackendError> {
    let deps = &app.deps;
    require(actor, Scope::ChannelsRead)?;
    let unit = deps.storage.read().await?;
    let channel = find(&*unit, actor, call.channel).await?;
    let row = unit.credentials(&[channel.id]).await?.into_iter().next();
    drop(unit);
    let helpers = deps
        .catalog
        .manifest(&channel.provider)
        .map(|manifest| manifest.helpers.as_slice());
    if !helpers
        .unwrap_or_default()
        .iter()
        .any(|helper| helper.name == call.helper)
    {
        let known: Vec<&str> = helpers
            .unwrap_or_default()
            .iter()
            .map(|helper| helper.name.as_str())
            .collect();
        return Err(BackendError::refused(
            Problem::new(
                Code::HelperUnknown,
                "/helper",
                format!("{} has no helper of this name", channel.provider),
                "use one of the helpers that the channel's schema lists",
            )
            .given(&call.helper)
            .allowed(if known.is_empty() {
                "none".to_owned()
            } else {
                known.join(", ")
            }),
        ));
    }
    let credential = row
        .as_ref()
        .and_then(|row| open(deps, row))
        .ok_or_else(disconnected)?;
    if channel.health != Health::Connected {
        return Err(disconnected());
    }
    let first = deps
        .connector
        .help(&channel, &credential, &call.helper, &call.arguments)
        .await;
    match first {
        Err(ConnectError::Refused(problem)) if problem.code == Code::CredentialsRefused => {
            let fresh = app.fresh_credential(channel.id, credential.version).await?;
            let fresh = fresh.ok_or_else(disconnected)?;
            Ok(deps
                .connector
                .help(&channel, &fresh, &call.helper, &call.arguments)
                .await?)
        }
        other => Ok(other?),
    }
}

fn disconnected() -> BackendError {
    BackendError::refused(Problem::new(
        Code::ChannelDisconnected,
        "/channel",
        "the channel lost its access",
        "reconnect it under Channels",
    ))
}
