//! The life of grants: renewed by one caller at a time, stored before use, never lost by a passing failure.

use std::time::Duration;

use postern_domain::BackendError;
use postern_domain::channel::{Channel, Credential, Grant, Health};
use postern_domain::event::Event;
use postern_domain::failure::Failure;
use postern_domain::id::ChannelId;
use postern_domain::ports::{CredentialRow, GrantLease, RefreshError, Unit};

use super::claim::{open, purpose};
use crate::deps::Deps;

/// How long one renewal may take before somebody else may try.
const RENEWAL: Duration = Duration::from_secs(30);

/// How long callers wait for somebody else's renewal.
const PATIENCE: u32 = 200;

/// The pause between two looks at somebody else's renewal.
const PAUSE: Duration = Duration::from_millis(100);

/// How far ahead of its end a grant is renewed.
const AHEAD: Duration = Duration::from_mins(15);

/// A credential newer than `stale`; none when the grant is gone.
#[tracing::instrument(name = "app.grants.fresh", skip_all, fields(channel.id = %channel))]
pub(super) async fn fresh_credential(
    deps: &Deps,
    channel: ChannelId,
    stale: u64,
) -> Result<Option<Credential>, BackendError> {
    for _ in 0..PATIENCE {
        let unit = deps.storage.begin().await?;
        let now = deps.clock.now();
        let lease = unit.lease_grant(channel, stale, now, now.plus(RENEWAL)).await?;
        let known = unit.channels_by_id(&[channel]).await?.into_iter().next();
        unit.commit().await?;
        match (lease, known) {
            (Some(GrantLease::Renewed(row)), _) => return Ok(open(deps, &row)),
            (Some(GrantLease::Taken(row)), Some(known)) => return renew(deps, &known, &row).await,
            (Some(GrantLease::Busy), Some(_)) => tokio::time::sleep(PAUSE).await,
            (None, _) | (Some(GrantLease::Taken(_) | GrantLease::Busy), None) => return Ok(None),
        }
    }
    Err(BackendError::Unavailable { what: "platform" })
}

/// Renews a grant that this caller holds the right for.
async fn renew(
    deps: &Deps,
    channel: &Channel,
    row: &CredentialRow,
) -> Result<Option<Credential>, BackendError> {
    let Some(credential) = open(deps, row) else {
        free(deps, channel.id).await?;
        return Ok(None);
    };
    match deps.connector.refresh(channel, &credential).await {
        Ok(grant) => {
            let fresh = sealed(deps, channel.id, row.version + 1, &grant);
            let unit = deps.storage.begin().await?;
            unit.put_credential(&fresh).await?;
            let known = Channel {
                grant_expires_at: grant.ends_at,
                ..channel.clone()
            };
            unit.update_channel(&known).await?;
            unit.commit().await?;
            tracing::info!(channel.id = %channel.id, provider = %channel.provider, "grant renewed");
            Ok(Some(Credential {
                grant: grant.secret,
                version: fresh.version,
                expires_at: grant.expires_at,
            }))
        }
        Err(RefreshError::Gone { reason }) => {
            let unit = deps.storage.begin().await?;
            unit.free_grant(channel.id).await?;
            let events = mark_disconnected(deps, &*unit, channel.id, &reason).await?;
            unit.announce(&deps.announcements(events)).await?;
            unit.commit().await?;
            (deps.wake_relay)();
            Ok(None)
        }
        Err(RefreshError::NotNow { .. }) => {
            free(deps, channel.id).await?;
            tracing::warn!(channel.id = %channel.id, provider = %channel.provider, "grant not renewed now");
            Err(BackendError::Unavailable { what: "platform" })
        }
    }
}

async fn free(deps: &Deps, channel: ChannelId) -> Result<(), BackendError> {
    let unit = deps.storage.begin().await?;
    unit.free_grant(channel).await?;
    unit.commit().await?;
    Ok(())
}

/// A grant as it rests.
pub(crate) fn sealed(deps: &Deps, channel: ChannelId, version: u64, grant: &Grant) -> CredentialRow {
    CredentialRow {
        channel,
        version,
        sealed: deps.vault.seal(&purpose(channel), &grant.secret),
        expires_at: grant.expires_at,
        ends_at: grant.ends_at,
    }
}

/// Marks a channel as in need of its owner; answers what to announce. Nothing happens when it is marked already.
pub(crate) async fn mark_disconnected(
    deps: &Deps,
    unit: &dyn Unit,
    channel: ChannelId,
    reason: &str,
) -> Result<Vec<Event>, BackendError> {
    let Some(mut known) = unit.channels_by_id(&[channel]).await?.into_iter().next() else {
        return Ok(Vec::new());
    };
    if known.health != Health::Connected {
        return Ok(Vec::new());
    }
    known.health = Health::NeedsReconnect {
        reason: reason.to_owned(),
        since: deps.clock.now(),
    };
    unit.update_channel(&known).await?;
    tracing::warn!(channel.id = %channel, provider = %known.provider, "channel lost its access");
    Ok(vec![Event::ChannelChanged {
        workspace: known.workspace,
        channel,
        provider: known.provider,
    }])
}

/// Why a channel must be connected again, in words for its owner.
pub(super) fn reason_of(failure: &Failure) -> String {
    failure.cause.clone()
}

/// Renews grants that end soon.
#[tracing::instrument(name = "app.grants.refresh_due", skip_all)]
pub(super) async fn refresh_grants(deps: &Deps, limit: u32) -> Result<u32, BackendError> {
    let now = deps.clock.now();
    let ending = deps
        .storage
        .read()
        .await?
        .grants_ending(now.plus(AHEAD), now, limit)
        .await?;
    let mut renewed = 0;
    for row in ending {
        match fresh_credential(deps, row.channel, row.version).await {
            Ok(Some(_)) => renewed += 1,
            Ok(None) | Err(BackendError::Unavailable { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(renewed)
}
