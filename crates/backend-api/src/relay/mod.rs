//! From the outbox to the bus.
//!
//! An announcement is locked, sent, removed and only then committed: whatever breaks in between, it is sent again
//! rather than lost. Several relays share the work, for each leaves out what another has locked.

mod outage;
mod poison;

use std::time::Duration;

use postern_domain::ports::{Announcement, BusError, Envelope, StorageError};
use postern_telemetry::propagate;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

use crate::Deps;
use outage::Outage;

/// Most announcements of one unit of work; those that were made together count as one.
const BATCH: u32 = 200;

/// How long a relay that was woken lets announcements gather, so that many small changes cost one unit of work.
const GATHER: Duration = Duration::from_millis(3);

/// The same for one that is woken again as soon as it looked: then many change something, and one unit of work for each
/// would keep the database from them.
const GATHER_BUSY: Duration = Duration::from_millis(10);

/// How long the bus may take for a batch; nothing is committed meanwhile.
const PATIENCE: Duration = Duration::from_secs(5);

/// How often an idle relay looks by itself, at first and at last: other processes write announcements as well.
const FIRST_IDLE: Duration = Duration::from_millis(250);
const LAST_IDLE: Duration = Duration::from_secs(1);

/// Why a batch was not moved.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// The outbox could not be read or written.
    #[error("the outbox is away")]
    Storage(#[from] StorageError),
    /// The bus did not take the batch; it stays in the outbox.
    #[error("the bus is away")]
    Bus(#[from] BusError),
}

/// Moves announcements until `stop` is cancelled: at once when the wake handle rings, else every 250 ms to 1 s.
///
/// While something is away it is asked for again, ever less often up to every five seconds, and said once.
pub async fn run(deps: Deps, stop: CancellationToken) {
    let mut outage = Outage::default();
    let mut idle = FIRST_IDLE;
    let mut was_woken = true;
    while !stop.is_cancelled() {
        let looked = Instant::now();
        let pause = match pass(&deps, was_woken, &outage).await {
            Ok(moved) => {
                outage.ended();
                if moved >= BATCH {
                    was_woken = true;
                    continue;
                }
                idle = if moved > 0 {
                    FIRST_IDLE
                } else {
                    (idle * 2).min(LAST_IDLE)
                };
                idle
            }
            Err(error) => outage.noted(&error),
        };
        was_woken = tokio::select! {
            () = stop.cancelled() => false,
            // Whoever stores something rings; during an outage that would only hammer on what is away.
            () = deps.relay_wake.notified(), if !outage.is_on() => true,
            () = tokio::time::sleep(pause) => false,
        };
        if was_woken {
            let is_busy = looked.elapsed() < GATHER_BUSY * 2;
            tokio::time::sleep(if is_busy { GATHER_BUSY } else { GATHER }).await;
        }
    }
}

/// Moves at most one batch; answers how many announcements it had.
///
/// A relay that was not woken looks without a lock first, so that idle relays leave writers alone. One that comes
/// out of an outage asks the bus first, so that no lock is held for a bus that is still away.
async fn pass(deps: &Deps, was_woken: bool, outage: &Outage) -> Result<u32, RelayError> {
    if outage.is_on() {
        timeout(PATIENCE, deps.bus.ping())
            .await
            .map_err(|_| too_slow())??;
    }
    if !was_woken && deps.storage.glance().await?.unsent(1).await?.is_empty() {
        return Ok(0);
    }
    let unit = deps.storage.begin().await?;
    let is_stuck = outage.is_longer_than(poison::SUSPICIOUS);
    let batch = unit.unsent(if is_stuck { poison::FEW } else { BATCH }).await?;
    if batch.is_empty() {
        return Ok(0);
    }
    if is_stuck {
        return poison::one_by_one(deps, unit, &batch).await;
    }
    send(deps, &batch).await?;
    // Those that were announced together share an id.
    let mut ids: Vec<_> = batch.iter().map(|announcement| announcement.id).collect();
    ids.dedup();
    unit.mark_sent(&ids).await?;
    unit.commit().await?;
    crate::metrics::relayed(&batch, deps.clock.now());
    Ok(u32::try_from(batch.len()).unwrap_or(u32::MAX))
}

async fn send(deps: &Deps, batch: &[Announcement]) -> Result<(), RelayError> {
    // The spans last as long as the sending does.
    let (envelopes, _spans): (Vec<Envelope>, Vec<tracing::Span>) = batch.iter().map(pack).unzip();
    timeout(PATIENCE, deps.bus.send(&envelopes))
        .await
        .map_err(|_| too_slow())??;
    Ok(())
}

/// An announcement as the bus carries it, and the span of its sending, whose trace it carries on.
fn pack(announcement: &Announcement) -> (Envelope, tracing::Span) {
    let event = &announcement.event;
    let stream = event.stream();
    let span = match &announcement.traceparent {
        None => tracing::Span::none(),
        Some(traceparent) => {
            let span = tracing::info_span!(
                "relay.send",
                otel.kind = "producer",
                stream = %stream.0,
                event.kind = event.kind(),
            );
            propagate::set_parent(&span, traceparent);
            span
        }
    };
    let traceparent = announcement.traceparent.as_ref().and_then(|before| {
        span.in_scope(propagate::current_traceparent)
            .or_else(|| Some(before.clone()))
    });
    let envelope = Envelope {
        stream,
        kind: event.kind().to_owned(),
        fields: event.fields(),
        traceparent,
    };
    (envelope, span)
}

fn too_slow() -> BusError {
    BusError::Unavailable("no answer in time".to_owned())
}
