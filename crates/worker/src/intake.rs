//! From the lanes' streams to claimed work.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use postern_domain::event::Event;
use postern_domain::ports::{Consumer, Delivery, StreamName};
use postern_domain::publication::Lease;
use postern_telemetry::ResultExt;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::Deps;
use crate::crew::{Crew, Hands, Job, Lanes};
use crate::gather::gather;
use crate::keeper::Keeper;
use crate::session::Calls;

/// The consumer group that all workers share.
const GROUP: &str = "workers";

/// The longest wait for messages, which is also how long a stop takes to be seen.
const WAIT: Duration = Duration::from_secs(1);

/// The pause after the bus or the backend failed.
const PAUSE: Duration = Duration::from_millis(500);

/// Most messages taken at once.
const BATCH: usize = 128;

/// How long a worker that has work waits for more room than one piece needs: work that ends together leaves room
/// together, and a claim of many costs little more than a claim of one.
const COMPANY: Duration = Duration::from_millis(10);

/// How many times what it may have in flight a worker claims, so that one claim, arming and report covers many, and
/// the platform is asked meanwhile.
const AHEAD: usize = 8;

/// Why a worker could not begin.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// No provider is built in.
    #[error("no provider to work for")]
    NoLanes,
}

/// Works until `stop`.
pub(crate) async fn run(deps: Deps, stop: CancellationToken) -> Result<(), IntakeError> {
    let lanes = Lanes::of(&deps.providers);
    if lanes.is_empty() {
        return Err(IntakeError::NoLanes);
    }
    let names = lanes.names();
    let keeper = Keeper::default();
    let (jobs, inbox) = mpsc::channel(deps.settings.concurrency.max(1));
    // Armed one after the other, so that posts leave in the order in which they are due.
    let (arm, armings) = gather(1);
    // While the database works on some reports, the next are put together.
    let (report, reports) = gather(2);
    let hands = CancellationToken::new();
    let heartbeat = keeper.run(&deps, &hands);
    let intake = take_in(&deps, &names, jobs, &stop);
    let workers = async {
        let crew = Crew {
            deps: &deps,
            hands: Hands::new(lanes, deps.settings.concurrency),
            keeper: &keeper,
            calls: Calls { arm, report },
            stop: &stop,
        };
        crew.work_off(inbox).await;
        // The heartbeat goes on until the last piece of work is done.
        hands.cancel();
    };
    let calls = async {
        let in_hand = || keeper.count();
        let arm = armings.answer(in_hand, |armings| deps.backend.arm(armings));
        let report = reports.answer(in_hand, |reports| deps.backend.report(reports));
        futures::join!(arm, report)
    };
    futures::join!(intake, workers, heartbeat, calls);
    Ok(())
}

/// Reads messages, claims what they name and hands it on; ends when `stop` is cancelled.
async fn take_in(deps: &Deps, lanes: &[String], jobs: mpsc::Sender<Job>, stop: &CancellationToken) {
    let streams: Vec<StreamName> = lanes.iter().map(|lane| StreamName::publish(lane)).collect();
    let room = Arc::new(Semaphore::new(deps.settings.concurrency.max(1) * AHEAD));
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
    let company = deps.settings.concurrency.clamp(1, BATCH / 2);
    let mut slots = free_slots(room, company, stop).await;
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
    // In the order of their announcements, which is that of their due times.
    let mut leases = Vec::with_capacity(deliveries.len());
    for delivery in &deliveries {
        if let Some((lease, traceparent)) = lease_of(delivery)
            && wanted.insert(lease, traceparent).is_none()
        {
            leases.push(lease);
        }
    }
    let asked = Instant::now();
    let claimed = deps
        .backend
        .claim(&deps.settings.name, leases)
        .await
        .map_err(|error| error.to_string())?;
    if let Some(first) = claimed.first() {
        deps.clock.follow(first.now);
    }
    // What was claimed is in the database now, so the messages have done their part; what somebody else has is
    // not ours to keep either.
    let tokens = deliveries.into_iter().map(|delivery| delivery.token).collect();
    let jobs_of = claimed.into_iter().zip(slots.drain(..));
    for (claimed, slot) in jobs_of {
        let traceparent = wanted.remove(&claimed.lease).flatten();
        let job = Job {
            claimed,
            traceparent,
            asked,
            slot,
        };
        if jobs.send(job).await.is_err() {
            break;
        }
    }
    consumer
        .acknowledge(tokens)
        .await
        .warn_on_error("messages come a second time");
    Ok(())
}

/// As much room as there is, at least one piece and mostly enough for company; none when the worker stops.
async fn free_slots(
    room: &Arc<Semaphore>,
    company: usize,
    stop: &CancellationToken,
) -> Vec<OwnedSemaphorePermit> {
    // With all hands full this wait is as long as the longest step, and a stop must not wait for it.
    let first = tokio::select! {
        () = stop.cancelled() => return Vec::new(),
        slot = Arc::clone(room).acquire_owned() => slot,
    };
    let mut slots: Vec<_> = first.into_iter().collect();
    more_slots(room, &mut slots);
    if slots.len() < company {
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(COMPANY) => {}
        }
        more_slots(room, &mut slots);
    }
    slots
}

fn more_slots(room: &Arc<Semaphore>, slots: &mut Vec<OwnedSemaphorePermit>) {
    while slots.len() < BATCH
        && let Ok(slot) = Arc::clone(room).try_acquire_owned()
    {
        slots.push(slot);
    }
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
