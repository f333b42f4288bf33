//! From the lanes' streams to claimed work.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt;
use futures::stream::{FuturesUnordered, StreamExt};
use postern_domain::event::Event;
use postern_domain::ports::{Claimed, Consumer, Delivery, ProviderCatalog, StreamName};
use postern_domain::publication::Lease;
use postern_telemetry::{ResultExt, propagate};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use crate::keeper::Keeper;
use crate::session::Session;
use crate::{Deps, metrics};

/// The consumer group that all workers share.
const GROUP: &str = "workers";

/// The longest wait for messages, which is also how long a stop takes to be seen.
const WAIT: Duration = Duration::from_secs(1);

/// The pause after the bus or the backend failed.
const PAUSE: Duration = Duration::from_millis(500);

/// Most messages taken at once.
const BATCH: usize = 64;

/// Why a worker could not begin.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// No provider is built in.
    #[error("no provider to work for")]
    NoLanes,
}

/// One claimed publication with what its message carried.
struct Job {
    claimed: Claimed,
    traceparent: Option<String>,
    slot: OwnedSemaphorePermit,
}

/// Works until `stop`.
pub(crate) async fn run(deps: Deps, stop: CancellationToken) -> Result<(), IntakeError> {
    let lanes = lanes(&deps)?;
    let keeper = Arc::new(Keeper::default());
    let (jobs, inbox) = mpsc::channel(deps.settings.concurrency.max(1));
    let hands = CancellationToken::new();
    let heartbeat = keeper.run(&deps, &hands);
    let intake = take_in(&deps, &lanes, jobs, &stop);
    let workers = async {
        work_off(&deps, &lanes, &keeper, inbox, &stop).await;
        // The heartbeat goes on until the last piece of work is done.
        hands.cancel();
    };
    futures::join!(intake, workers, heartbeat);
    Ok(())
}

/// Each lane's name with how many of its publications may be in flight.
fn lanes(deps: &Deps) -> Result<HashMap<String, Arc<Semaphore>>, IntakeError> {
    let mut lanes: HashMap<String, Arc<Semaphore>> = HashMap::new();
    for manifest in deps.providers.manifests() {
        let room = usize::try_from(manifest.concurrency.max(1)).unwrap_or(usize::MAX);
        lanes
            .entry(manifest.lane.clone())
            .or_insert_with(|| Arc::new(Semaphore::new(room)));
    }
    if lanes.is_empty() {
        Err(IntakeError::NoLanes)
    } else {
        Ok(lanes)
    }
}

/// Reads messages, claims what they name and hands it on; ends when `stop` is cancelled.
async fn take_in(
    deps: &Deps,
    lanes: &HashMap<String, Arc<Semaphore>>,
    jobs: mpsc::Sender<Job>,
    stop: &CancellationToken,
) {
    let streams: Vec<StreamName> = lanes.keys().map(|lane| StreamName::publish(lane)).collect();
    let room = Arc::new(Semaphore::new(deps.settings.concurrency.max(1)));
    let mut consumer: Option<Box<dyn Consumer>> = None;
    while !stop.is_cancelled() {
        let Some(open) = consumer.as_mut() else {
            match deps.bus.join(&streams, GROUP, &deps.settings.name).await {
                Ok(joined) => consumer = Some(joined),
                Err(error) => pause(&format!("{error}"), stop).await,
            }
            continue;
        };
        if let Err(why) = one_round(deps, &mut **open, &room, &jobs, stop).await {
            pause(&why, stop).await;
        }
    }
}

async fn pause(why: &str, stop: &CancellationToken) {
    tracing::warn!(error = why, "no work taken in");
    tokio::select! {
        () = stop.cancelled() => {}
        () = tokio::time::sleep(PAUSE) => {}
    }
}

/// One read of the streams, as much as there is room for.
async fn one_round(
    deps: &Deps,
    consumer: &mut dyn Consumer,
    room: &Arc<Semaphore>,
    jobs: &mpsc::Sender<Job>,
    stop: &CancellationToken,
) -> Result<(), String> {
    let mut slots = free_slots(room, stop).await;
    if slots.is_empty() {
        return Ok(());
    }
    let deliveries = consumer
        .next(slots.len(), WAIT)
        .await
        .map_err(|error| error.to_string())?;
    if deliveries.is_empty() {
        return Ok(());
    }
    let mut wanted: HashMap<Lease, Option<String>> = HashMap::new();
    for delivery in &deliveries {
        if let Some((lease, traceparent)) = lease_of(delivery) {
            wanted.insert(lease, traceparent);
        }
    }
    let leases = wanted.keys().copied().collect();
    let claimed = deps
        .backend
        .claim(&deps.settings.name, leases)
        .await
        .map_err(|error| error.to_string())?;
    // What was claimed is in the database now, so the messages have done their part; what somebody else has is
    // not ours to keep either.
    let tokens = deliveries.into_iter().map(|delivery| delivery.token).collect();
    consumer
        .acknowledge(tokens)
        .await
        .warn_on_error("messages come a second time");
    for claimed in claimed {
        let Some(slot) = slots.pop() else { break };
        let traceparent = wanted.remove(&claimed.lease).flatten();
        if jobs
            .send(Job {
                claimed,
                traceparent,
                slot,
            })
            .await
            .is_err()
        {
            break;
        }
    }
    Ok(())
}

/// As much room as there is, at least one piece; none when the worker stops.
async fn free_slots(room: &Arc<Semaphore>, stop: &CancellationToken) -> Vec<OwnedSemaphorePermit> {
    // With all hands full this wait is as long as the longest step, and a stop must not wait for it.
    let first = tokio::select! {
        () = stop.cancelled() => return Vec::new(),
        slot = Arc::clone(room).acquire_owned() => slot,
    };
    let mut slots: Vec<_> = first.into_iter().collect();
    while slots.len() < BATCH
        && let Ok(slot) = Arc::clone(room).try_acquire_owned()
    {
        slots.push(slot);
    }
    slots
}

fn lease_of(delivery: &Delivery) -> Option<(Lease, Option<String>)> {
    let envelope = &delivery.envelope;
    match Event::read(&envelope.kind, &envelope.fields) {
        Some(Event::PublicationDue {
            publication, fence, ..
        }) => Some((Lease { publication, fence }, envelope.traceparent.clone())),
        Some(Event::PostChanged { .. } | Event::ChannelChanged { .. } | Event::ScheduleChanged) | None => {
            tracing::warn!(kind = %envelope.kind, "message of an unknown kind skipped");
            None
        }
    }
}

/// Works jobs off side by side until the intake ended and all are done, or the drain time is over.
async fn work_off(
    deps: &Deps,
    lanes: &HashMap<String, Arc<Semaphore>>,
    keeper: &Keeper,
    mut inbox: mpsc::Receiver<Job>,
    stop: &CancellationToken,
) {
    let mut running = FuturesUnordered::new();
    loop {
        tokio::select! {
            job = inbox.recv() => match job {
                Some(job) => running.push(one_job(deps, lanes, keeper, job, stop).boxed()),
                None => break,
            },
            Some(()) = running.next() => {}
        }
    }
    let rest = async { while running.next().await.is_some() {} };
    if tokio::time::timeout(deps.settings.drain, rest).await.is_err() {
        tracing::warn!("work in flight was left to its leases");
    }
}

async fn one_job(
    deps: &Deps,
    lanes: &HashMap<String, Arc<Semaphore>>,
    keeper: &Keeper,
    job: Job,
    stop: &CancellationToken,
) {
    let Job {
        claimed,
        traceparent,
        slot,
    } = job;
    let lease = claimed.lease;
    let lost = keeper.take(lease);
    let span = span_of(&claimed, traceparent.as_deref());
    metrics::in_flight(1.0);
    let work = async {
        let lane = lanes
            .get(&claimed.publication.lane)
            .map(|lane| Arc::clone(lane).acquire_owned());
        let _turn = match lane {
            Some(lane) => lane.await.ok(),
            None => None,
        };
        Session::new(deps, claimed, lost, stop).work().await;
    };
    work.instrument(span).await;
    metrics::in_flight(-1.0);
    keeper.release(lease);
    drop(slot);
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
