//! One holder at a time, whatever bus and backend do.

use std::collections::BTreeSet;
use std::time::Duration;

use postern_domain::ports::{Clock, Dispatch};
use postern_domain::publication::State;
use postern_worker::Settings;
use tokio::sync::oneshot;

use crate::plant::{LEASE, MINUTE, Plant, eventually, settings};
use crate::platform::{Asked, made, more, ready};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_workers_and_a_bus_that_repeats_send_each_post_once() {
    let plant = Plant::new().await;
    let _workers = (plant.worker("w1"), plant.worker("w2"));
    let mut ids = Vec::new();
    for number in 0..30 {
        ids.push(plant.post(&[format!("post {number}").as_str()]).await);
    }
    plant.clock.advance(MINUTE);
    plant.app.release_due(100).await.unwrap();
    plant.relay(3).await;
    for id in &ids {
        plant.settled(*id, State::Published).await;
    }
    let commits = plant.platform.all(Asked::Commit);
    assert_eq!(commits.len(), ids.len());
    let sent: BTreeSet<_> = commits.iter().map(|call| call.publication).collect();
    assert_eq!(sent, ids.into_iter().collect());
}

#[tokio::test]
async fn a_lost_announcement_is_made_again_when_the_lease_has_run_out() {
    let plant = Plant::new().await;
    let _worker = plant.worker("w1");
    let id = plant.post(&["one"]).await;
    plant.clock.advance(MINUTE);
    assert_eq!(plant.app.release_due(100).await.unwrap(), 1);
    assert!(!plant.announced().await.is_empty());
    assert_eq!(plant.after(LEASE).await, 1);
    plant.settled(id, State::Published).await;
}

#[tokio::test]
async fn a_lost_lease_stops_the_work_before_its_next_step() {
    for (answer, heartbeat) in [
        (more("a"), Duration::from_hours(1)),
        (more("a"), Duration::from_millis(5)),
        (ready("a"), Duration::from_hours(1)),
        (ready("a"), Duration::from_millis(5)),
    ] {
        let plant = Plant::new().await;
        // The one hand takes the second post when it has let go of the first.
        let _worker = plant.worker_with(Settings {
            concurrency: 1,
            heartbeat,
            ..settings("w1")
        });
        let (go, gate) = oneshot::channel::<()>();
        plant.platform.will_prepare(async move {
            gate.await.unwrap();
            Ok(answer)
        });
        let ids = [plant.post(&["one"]).await, plant.post(&["two"]).await];
        assert_eq!(plant.after(MINUTE).await, 2);
        plant.called(|calls| calls.len() == 1).await;
        let first = plant.platform.calls()[0].publication;
        let second = ids.into_iter().find(|id| *id != first).unwrap();
        plant.take_away(first).await;
        let before = plant.row(first).await;
        go.send(()).unwrap();
        plant.settled(second, State::Published).await;
        let calls = plant.platform.calls();
        assert_eq!(calls.iter().filter(|call| call.publication == first).count(), 1);
        let after = plant.row(first).await;
        assert_eq!(after, before, "the new holder's row is not touched");
    }
}

#[tokio::test]
async fn the_heartbeat_keeps_the_lease_of_slow_work() {
    let plant = Plant::new().await;
    let _worker = plant.worker_with(Settings {
        heartbeat: Duration::from_millis(5),
        ..settings("w1")
    });
    let (go, gate) = oneshot::channel::<()>();
    plant.platform.will_commit(async move {
        gate.await.unwrap();
        Ok(made("slow"))
    });
    let id = plant.post(&["one"]).await;
    plant.after(MINUTE).await;
    plant
        .called(|calls| calls.iter().any(|call| call.asked == Asked::Commit))
        .await;
    for _ in 0..3 {
        assert_eq!(plant.after(LEASE / 2).await, 0);
        let kept = plant.clock.now().plus(LEASE);
        plant.until(id, |row| row.lease_until == Some(kept)).await;
    }
    go.send(()).unwrap();
    plant.settled(id, State::Published).await;
    assert!(plant.platform.all(Asked::Detect).is_empty());
}

#[tokio::test]
async fn a_report_is_repeated_until_it_is_stored() {
    let plant = Plant::new().await;
    let _worker = plant.worker("w1");
    let outage = plant.outage.clone();
    plant.platform.will_commit(async move {
        outage.refuse(3);
        Ok(made("kept"))
    });
    let id = plant.post(&["one"]).await;
    plant.after(MINUTE).await;
    let row = plant.settled(id, State::Published).await;
    assert_eq!(row.releases[0].remote_id, "kept");
    assert_eq!(plant.outage.left(), 0);
    assert_eq!(plant.platform.all(Asked::Commit).len(), 1);
}

#[tokio::test]
async fn work_that_cannot_be_claimed_is_claimed_when_the_backend_is_back() {
    let plant = Plant::new().await;
    let _worker = plant.worker("w1");
    let id = plant.post(&["one"]).await;
    plant.clock.advance(MINUTE);
    plant.app.release_due(100).await.unwrap();
    plant.outage.refuse(2);
    plant.relay(1).await;
    plant.settled(id, State::Published).await;
    assert_eq!(plant.outage.left(), 0);
}

#[tokio::test]
async fn progress_that_cannot_be_stored_is_not_built_upon() {
    let plant = Plant::new().await;
    let _worker = plant.worker("w1");
    let outage = plant.outage.clone();
    plant.platform.will_prepare(async move {
        outage.refuse(1);
        Ok(more("a"))
    });
    let id = plant.post(&["one"]).await;
    plant.after(MINUTE).await;
    plant.called(|calls| calls.len() == 1).await;
    eventually(|| plant.outage.left() == 0).await;
    plant.after(LEASE).await;
    plant.settled(id, State::Published).await;
    let prepares = plant.platform.all(Asked::Prepare);
    assert_eq!(prepares.len(), 2);
    assert_eq!(prepares[1].step, None);
}
