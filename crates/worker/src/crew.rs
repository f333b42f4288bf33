//! Claimed work, worked off side by side: as much at once as the worker and each platform allow.

use std::collections::HashMap;
use std::sync::Arc;

use futures::FutureExt;
use futures::stream::{FuturesUnordered, StreamExt};
use postern_domain::ports::{Claimed, ProviderCatalog};
use postern_provider_kit::Registry;
use postern_telemetry::propagate;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit, mpsc};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use crate::keeper::Keeper;
use crate::session::{Calls, Session};
use crate::{Deps, metrics};

/// One claimed publication with what its message carried.
pub(crate) struct Job {
    pub(crate) claimed: Claimed,
    pub(crate) traceparent: Option<String>,
    /// When it was asked for, so that its lease began no earlier.
    pub(crate) asked: Instant,
    /// Held until it is done, so that no more is claimed than can be worked off soon.
    pub(crate) slot: OwnedSemaphorePermit,
}

/// Each lane with how many of its publications may be in flight.
pub(crate) struct Lanes(HashMap<String, Arc<Semaphore>>);

impl Lanes {
    /// The lanes of all built-in providers.
    pub(crate) fn of(providers: &Registry) -> Self {
        let mut lanes: HashMap<String, Arc<Semaphore>> = HashMap::new();
        for manifest in providers.manifests() {
            let room = usize::try_from(manifest.concurrency.max(1)).unwrap_or(usize::MAX);
            lanes
                .entry(manifest.lane.clone())
                .or_insert_with(|| Arc::new(Semaphore::new(room)));
        }
        Self(lanes)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }

    /// Waits for a turn on a lane; none for a lane that has no limit here.
    async fn turn(&self, lane: &str) -> Option<OwnedSemaphorePermit> {
        let lane = Arc::clone(self.0.get(lane)?);
        lane.acquire_owned().await.ok()
    }
}

/// How much may be in flight at platforms. Only calls of adapters count: what waits to be armed or reported keeps
/// nobody else from the platform.
pub(crate) struct Hands {
    lanes: Lanes,
    hands: Semaphore,
}

/// The right to one call of an adapter.
pub(crate) struct Turn<'a> {
    _lane: Option<OwnedSemaphorePermit>,
    _hand: Option<SemaphorePermit<'a>>,
}

impl Hands {
    /// So many hands for these lanes.
    pub(crate) fn new(lanes: Lanes, hands: usize) -> Self {
        Self {
            lanes,
            hands: Semaphore::new(hands.max(1)),
        }
    }

    /// Waits for a turn. The platform's comes first: who waits for it must not keep others from working.
    pub(crate) async fn turn(&self, lane: &str) -> Turn<'_> {
        let lane = self.lanes.turn(lane).await;
        let hand = self.hands.acquire().await.ok();
        metrics::in_flight(1.0);
        Turn {
            _lane: lane,
            _hand: hand,
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        metrics::in_flight(-1.0);
    }
}

/// Those who work.
pub(crate) struct Crew<'a> {
    pub(crate) deps: &'a Deps,
    pub(crate) hands: Hands,
    pub(crate) keeper: &'a Keeper,
    pub(crate) calls: Calls,
    pub(crate) stop: &'a CancellationToken,
}

impl Crew<'_> {
    /// Works jobs off until the intake ended and all are done, or the drain time is over.
    pub(crate) async fn work_off(&self, mut inbox: mpsc::Receiver<Job>) {
        let mut running = FuturesUnordered::new();
        loop {
            tokio::select! {
                job = inbox.recv() => match job {
                    Some(job) => running.push(self.one_job(job).boxed()),
                    None => break,
                },
                Some(()) = running.next() => {}
            }
        }
        let rest = async { while running.next().await.is_some() {} };
        if tokio::time::timeout(self.deps.settings.drain, rest)
            .await
            .is_err()
        {
            tracing::warn!("work in flight was left to its leases");
        }
    }

    async fn one_job(&self, job: Job) {
        let Job {
            claimed,
            traceparent,
            asked,
            slot,
        } = job;
        let lease = claimed.lease;
        let length = claimed.lease_until.since(claimed.now);
        let lost = self.keeper.take(lease, asked, length);
        let span = span_of(&claimed, traceparent.as_deref());
        let session = Session::new(self, claimed, lost);
        session.work().instrument(span).await;
        self.keeper.release(lease);
        drop(slot);
    }
}

/// The span of one piece of work: in the trace of its message, linked to the call that made the post.
fn span_of(claimed: &Claimed, traceparent: Option<&str>) -> tracing::Span {
    let publication = &claimed.publication;
    let span = tracing::info_span!(
        "job.publish",
        otel.kind = "consumer",
        workspace.id = %publication.workspace,
        post.id = %publication.post,
        publication.id = %publication.id,
        channel.id = %publication.channel,
        provider = %publication.provider,
        lane = %publication.lane,
        attempt = publication.attempts + 1,
    );
    if let Some(traceparent) = traceparent {
        propagate::set_parent(&span, traceparent);
    }
    if let Some(origin) = claimed
        .traceparent
        .as_deref()
        .filter(|origin| Some(*origin) != traceparent)
    {
        propagate::link_to(&span, origin);
    }
    span
}
