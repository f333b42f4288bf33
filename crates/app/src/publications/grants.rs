//! The life of grants: renewed by one caller at a time, stored before use, never lost by a passing failure.

use std::time::Duration;

use futures::StreamExt;
use postern_domain::channel::{Channel, Credential, Grant};
use postern_domain::event::Event;
use postern_domain::failure::Failure;
use postern_domain::id::ChannelId;
use postern_domain::ports::{CredentialRow, GrantLease, RefreshError, Unit};
use postern_domain::{BackendError, Timestamp};

use super::claim::{open, purpose};
use crate::App;
use crate::deps::Deps;

/// How long one renewal may take before somebody else may try.
const RENEWAL: Duration = Duration::from_secs(30);

/// How long callers wait for somebody else's renewal.
const PATIENCE: Duration = Duration::from_secs(20);

/// The pause between two looks at a renewal in another process, and how many looks there are before its right is
/// asked for again.
const PAUSE: Duration = Duration::from_millis(100);
const LOOKS: u32 = 10;

/// How long a platform that did not renew is left alone, where it did not say itself; and at most.
const REST: Duration = Duration::from_secs(15);
const LONGEST_REST: Duration = Duration::from_mins(15);

/// How far ahead of its end a grant is renewed: this long, or a quarter of its life where it lives shorter.
const AHEAD: Duration = Duration::from_mins(15);

/// Renewals of one round that go on side by side, so that one slow platform does not hold up the others.
const AT_ONCE: usize = 8;

/// A credential newer than `stale`; none when the grant is gone.
#[tracing::instrument(name = "app.grants.fresh", skip_all, fields(channel.id = %channel))]
pub(super) async fn fresh_credential(
    app: &App,
    channel: ChannelId,
    stale: u64,
) -> Result<Option<Credential>, BackendError> {
    let deps = &app.deps;
    let turn = app.renewals.turn(channel);
    let ahead = async {
        let mut rest_until = turn.lock().await;
        let now = deps.clock.now();
        if rest_until.is_some_and(|until| until > now) && !is_renewed(deps, channel, stale).await? {
            return Err(not_now());
        }
        *rest_until = None;
        renew_or_wait(deps, channel, stale, &mut rest_until).await
    };
    match tokio::time::timeout(PATIENCE + RENEWAL, ahead).await {
        Ok(answer) => answer,
        Err(_) => Err(not_now()),
    }
}

/// Takes the right to renew and does so, or waits for another process that has it.
async fn renew_or_wait(
    deps: &Deps,
    channel: ChannelId,
    stale: u64,
    rest_until: &mut Option<Timestamp>,
) -> Result<Option<Credential>, BackendError> {
    let rounds = PATIENCE.as_millis() / (PAUSE.as_millis() * u128::from(LOOKS));
    for _ in 0..rounds.max(1) {
        let unit = deps.storage.begin().await?;
        let now = deps.clock.now();
        let lease = unit.lease_grant(channel, stale, now, now.plus(RENEWAL)).await?;
        let known = unit.channels_by_id(&[channel]).await?.into_iter().next();
        unit.commit().await?;
        match (lease, known) {
            (Some(GrantLease::Renewed(row)), _) => return Ok(open(deps, &row)),
            (Some(GrantLease::Taken(row)), Some(known)) => {
                return renew(deps, &known, &row, rest_until).await;
            }
            (Some(GrantLease::Busy), Some(_)) => wait(deps, channel, stale).await?,
            (None, _) | (Some(GrantLease::Taken(_) | GrantLease::Busy), None) => return Ok(None),
        }
    }
    Err(not_now())
}

/// Waits until another process has renewed, or for a while; locks nothing.
async fn wait(deps: &Deps, channel: ChannelId, stale: u64) -> Result<(), BackendError> {
    for _ in 0..LOOKS {
        tokio::time::sleep(PAUSE).await;
        if is_renewed(deps, channel, stale).await? {
            break;
        }
    }
    Ok(())
}

async fn is_renewed(deps: &Deps, channel: ChannelId, stale: u64) -> Result<bool, BackendError> {
    let version = deps.storage.read().await?.grant_version(channel).await?;
    Ok(version.is_none_or(|version| version > stale))
}

/// Renews a grant that this caller holds the right for.
async fn renew(
    deps: &Deps,
    channel: &Channel,
    row: &CredentialRow,
    rest_until: &mut Option<Timestamp>,
) -> Result<Option<Credential>, BackendError> {
    let Some(credential) = open(deps, row) else {
        free(deps, channel.id).await?;
        return Ok(None);
    };
    match deps.connector.refresh(channel, &credential).await {
        Ok(grant) => keep(deps, channel, row.version + 1, grant).await.map(Some),
        Err(RefreshError::Gone { reason }) => {
            let unit = deps.storage.begin().await?;
            let events = mark_disconnected(deps, &*unit, channel.id, &reason).await?;
            unit.free_grant(channel.id).await?;
            unit.announce(&deps.announcements(events)).await?;
            unit.commit().await?;
            (deps.wake_relay)();
            Ok(None)
        }
        Err(RefreshError::NotNow { until, .. }) => {
            free(deps, channel.id).await?;
            let now = deps.clock.now();
            let until = until.unwrap_or_else(|| now.plus(REST));
            *rest_until = Some(until.min(now.plus(LONGEST_REST)));
            tracing::warn!(channel.id = %channel.id, provider = %channel.provider, "grant not renewed now");
            Err(not_now())
        }
    }
}

/// Stores a renewed grant; only then may anybody use it.
///
/// The channel's row comes before its credential's here as everywhere, so that nobody waits in a circle.
async fn keep(
    deps: &Deps,
    channel: &Channel,
    version: u64,
    grant: Grant,
) -> Result<Credential, BackendError> {
    let fresh = sealed(deps, channel.id, version, &grant);
    let unit = deps.storage.begin().await?;
    unit.set_grant_end(channel.id, grant.ends_at).await?;
    unit.put_credential(&fresh).await?;
    unit.commit().await?;
    tracing::info!(channel.id = %channel.id, provider = %channel.provider, "grant renewed");
    Ok(Credential {
        grant: grant.secret,
        version,
        expires_at: grant.expires_at,
    })
}

fn not_now() -> BackendError {
    BackendError::Unavailable { what: "platform" }
}

async fn free(deps: &Deps, channel: ChannelId) -> Result<(), BackendError> {
    let unit = deps.storage.begin().await?;
    unit.free_grant(channel).await?;
    unit.commit().await?;
    Ok(())
}

/// A grant as it rests.
pub(crate) fn sealed(deps: &Deps, channel: ChannelId, version: u64, grant: &Grant) -> CredentialRow {
    let now = deps.clock.now();
    CredentialRow {
        channel,
        version,
        sealed: deps.vault.seal(&purpose(channel), &grant.secret),
        expires_at: grant.expires_at,
        ends_at: grant.ends_at,
        renew_at: grant
            .expires_at
            .map(|end| end.minus(AHEAD.min(end.since(now) / 4))),
    }
}

/// Marks a channel as in need of its owner; answers what to announce. Nothing happens when it is marked already.
pub(crate) async fn mark_disconnected(
    deps: &Deps,
    unit: &dyn Unit,
    channel: ChannelId,
    reason: &str,
) -> Result<Vec<Event>, BackendError> {
    let marked = unit.mark_channel_lost(channel, reason, deps.clock.now()).await?;
    let Some(known) = marked else {
        return Ok(Vec::new());
    };
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
pub(super) async fn refresh_grants(app: &App, limit: u32) -> Result<u32, BackendError> {
    let deps = &app.deps;
    let now = deps.clock.now();
    let due = deps.storage.read().await?.grants_to_renew(now, limit).await?;
    let renewals = due
        .into_iter()
        .map(|row| async move { fresh_credential(app, row.channel, row.version).await });
    let mut answers = futures::stream::iter(renewals).buffer_unordered(AT_ONCE);
    let mut renewed = 0;
    while let Some(answer) = answers.next().await {
        match answer {
            Ok(Some(_)) => renewed += 1,
            Ok(None) | Err(BackendError::Unavailable { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(renewed)
}
