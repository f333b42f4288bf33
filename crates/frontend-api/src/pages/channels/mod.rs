//! Channels: the list, connecting, reconnecting, pausing, removing.

pub(crate) mod callback;
pub(crate) mod connect;
pub(crate) mod list;
pub(crate) mod pause;
pub(crate) mod reconnect;
pub(crate) mod remove;
pub(crate) mod slots;

use postern_domain::BackendError;
use postern_domain::channel::Channel;
use postern_domain::id::ChannelId;
use postern_domain::manifest::{Manifest, ProviderId};
use postern_domain::problem::Problem;

use crate::deps::Deps;
use crate::failure::Failure;
use crate::member::Member;

/// A provider with what the operator still has to set, if anything.
async fn provider(app: &Deps, name: &str) -> Result<(Manifest, Option<Problem>), Failure> {
    let wanted = ProviderId::new(name);
    let found = app
        .backend
        .providers()
        .await?
        .into_iter()
        .find(|(manifest, _)| manifest.id == wanted);
    Ok(found.ok_or_else(|| BackendError::not_found("platform", name))?)
}

/// The channel of the id in the address.
async fn channel(app: &Deps, member: &Member, id: &str) -> Result<Channel, Failure> {
    let id: ChannelId = id.parse().map_err(|_| BackendError::not_found("channel", id))?;
    Ok(app.backend.channel(&member.actor, id).await?)
}
