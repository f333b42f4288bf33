//! When work is released, and how often.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use postern_cron::Settings;
use postern_domain::event::Event;
use postern_domain::id::PublicationId;
use postern_domain::ports::Clock;
use postern_domain::publication::State;
use postern_testkit::FakeConnector;

use crate::hall::{Hall, RunningClock, eventually, settings};

const MINUTE: Duration = Duration::from_mins(1);

/// How often each publication was announced as due.
fn announced(events: &[Event]) -> BTreeMap<PublicationId, usize> {
    let mut counts = BTreeMap::new();
    for event in events {
        if let Event::PublicationDue { publication, .. } = event {
            *counts.entry(*publication).or_default() += 1;
        }
    }
    counts
}

#[tokio::test]
async fn a_changed_plan_wakes_a_sleeping_metronome() {
    let (hall, clock) = Hall::told().await;
    let channel = hall.connect(FakeConnector::an_account()).await;
    hall.relay().await;
    let metronomes = hall.metronomes(1);
    // Its first round found nothing, so it sleeps for an hour.
    let before = hall.counted.begun();
    eventually(|| hall.counted.begun() > before).await;
    let first = hall.post(&channel, MINUTE).await;
    let mut events = hall.relay().await;
    clock.advance(MINUTE);
    let second = hall.post(&channel, MINUTE).await;
    let changed = hall.relay().await;
    assert!(changed.contains(&Event::ScheduleChanged));
    events.extend(changed);
    let row = hall.released(first).await;
    assert_eq!(row.lease_until, Some(clock.now().plus(MINUTE)));
    assert_eq!(
        hall.row(second).await.state,
        State::Scheduled,
        "its minute has not come"
    );
    metronomes.stop().await;
    events.extend(hall.relay().await);
    assert_eq!(announced(&events), BTreeMap::from([(first, 1)]));
}

#[tokio::test]
async fn nothing_is_released_before_its_minute() {
    let (hall, clock) = Hall::told().await;
    let channel = hall.connect(FakeConnector::an_account()).await;
    let id = hall.post(&channel, MINUTE).await;
    let metronomes = hall.metronomes(1);
    clock.advance(Duration::from_micros(59_999_999));
    for _ in 0..3 {
        let before = hall.counted.looked();
        hall.wake().await;
        eventually(|| hall.counted.looked() > before).await;
    }
    assert_eq!(hall.row(id).await.state, State::Scheduled);
    clock.advance(Duration::from_micros(1));
    hall.wake().await;
    hall.released(id).await;
    metronomes.stop().await;
}

#[tokio::test]
async fn a_metronome_sleeps_until_the_next_is_due() {
    let hall = Hall::with(Arc::new(RunningClock::start())).await;
    let channel = hall.connect(FakeConnector::an_account()).await;
    let id = hall.post(&channel, Duration::from_millis(400)).await;
    let before = hall.counted.begun();
    let metronomes = hall.metronomes(1);
    let row = hall.released(id).await;
    let due = row.publish_at.unwrap();
    assert!(
        row.updated_at >= due,
        "{} before {due:?}",
        row.updated_at.to_rfc3339()
    );
    // A few rounds, the chores, and not a look every few milliseconds.
    let rounds = hall.counted.begun() - before;
    assert!(rounds <= 12, "{rounds} units of work");
    metronomes.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_metronomes_at_once_release_each_publication_once() {
    let (hall, clock) = Hall::told().await;
    let channel = hall.connect(FakeConnector::an_account()).await;
    let mut ids = Vec::new();
    for _ in 0..25 {
        ids.push(hall.post(&channel, MINUTE).await);
    }
    hall.relay().await;
    clock.advance(MINUTE);
    // Small batches, so that all of them have something to take.
    let metronomes = hall.metronomes_with(
        4,
        &Settings {
            batch: 2,
            ..settings()
        },
    );
    for id in &ids {
        assert_eq!(hall.released(*id).await.fence, 1);
    }
    for _ in 0..3 {
        hall.wake().await;
    }
    metronomes.stop().await;
    let once: BTreeMap<_, _> = ids.into_iter().map(|id| (id, 1)).collect();
    assert_eq!(announced(&hall.relay().await), once);
}

#[tokio::test]
async fn a_lapsed_lease_is_taken_up_when_it_ends() {
    let (hall, clock) = Hall::told().await;
    let channel = hall.connect(FakeConnector::an_account()).await;
    let id = hall.post(&channel, MINUTE).await;
    clock.advance(MINUTE);
    let metronomes = hall.metronomes(1);
    let first = hall.released(id).await;
    clock.set(first.lease_until.unwrap());
    hall.wake().await;
    let looking = async {
        while hall.released(id).await.fence == first.fence {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), looking)
        .await
        .unwrap();
    metronomes.stop().await;
    assert_eq!(announced(&hall.relay().await), BTreeMap::from([(id, 2)]));
}

#[tokio::test]
async fn a_backend_that_was_away_is_asked_again() {
    let (hall, clock) = Hall::told().await;
    let channel = hall.connect(FakeConnector::an_account()).await;
    let id = hall.post(&channel, MINUTE).await;
    clock.advance(MINUTE);
    hall.counted.refuse(2);
    let metronomes = hall.metronomes(1);
    hall.released(id).await;
    metronomes.stop().await;
}
