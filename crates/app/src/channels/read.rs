//! Reading channels.

use postern_domain::actor::{Actor, Scope};
use postern_domain::channel::{Channel, Group, Slot};
use postern_domain::id::{ChannelId, GroupId};
use postern_domain::manifest::Manifest;
use postern_domain::ports::Unit;
use postern_domain::{BackendError, Code, Problem};

use crate::access::require;
use crate::deps::Deps;

/// All channels of the workspace, or those of one group.
pub(super) async fn channels(
    deps: &Deps,
    actor: &Actor,
    group: Option<GroupId>,
) -> Result<Vec<Channel>, BackendError> {
    require(actor, Scope::ChannelsRead)?;
    let mut channels = deps.storage.glance().await?.channels(actor.workspace).await?;
    if group.is_some() {
        channels.retain(|channel| channel.group == group);
    }
    Ok(channels)
}

/// One channel.
pub(super) async fn channel(deps: &Deps, actor: &Actor, id: ChannelId) -> Result<Channel, BackendError> {
    require(actor, Scope::ChannelsRead)?;
    find(&*deps.storage.glance().await?, actor, id).await
}

/// One channel, inside a unit of work.
pub(super) async fn find(unit: &dyn Unit, actor: &Actor, id: ChannelId) -> Result<Channel, BackendError> {
    unit.channel(actor.workspace, id)
        .await?
        .ok_or_else(|| BackendError::not_found("channel", id))
}

/// The groups of the workspace.
pub(super) async fn groups(deps: &Deps, actor: &Actor) -> Result<Vec<Group>, BackendError> {
    require(actor, Scope::ChannelsRead)?;
    Ok(deps.storage.glance().await?.groups(actor.workspace).await?)
}

/// The manifest of a channel's provider with the channel's own limits.
pub(super) async fn channel_manifest(
    deps: &Deps,
    actor: &Actor,
    id: ChannelId,
) -> Result<Manifest, BackendError> {
    let channel = channel(deps, actor, id).await?;
    let manifest = deps.catalog.manifest(&channel.provider).ok_or_else(|| {
        BackendError::refused(
            Problem::new(
                Code::ProviderUnknown,
                "/provider",
                "this instance no longer has the channel's provider",
                "update Postern, or remove the channel",
            )
            .given(&channel.provider),
        )
    })?;
    Ok(Manifest {
        limits: deps.catalog.limits(&channel),
        ..manifest.clone()
    })
}

/// The posting slots of a channel.
pub(super) async fn slots(deps: &Deps, actor: &Actor, id: ChannelId) -> Result<Vec<Slot>, BackendError> {
    require(actor, Scope::ChannelsRead)?;
    let unit = deps.storage.glance().await?;
    find(&*unit, actor, id).await?;
    Ok(unit.slots(id).await?)
}
