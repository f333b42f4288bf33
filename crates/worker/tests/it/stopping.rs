//! What a worker does with work in hand when it must stop.

use std::time::Duration;

use postern_domain::publication::State;
use postern_provider_kit::Found;
use postern_worker::Settings;
use tokio::sync::oneshot;

use crate::plant::{LEASE, MINUTE, Plant, settings};
use crate::platform::{Asked, made, more};

#[tokio::test]
async fn a_stop_while_preparing_gives_the_lease_back_and_another_worker_goes_on() {
    let plant = Plant::new().await;
    let mut first = plant.worker("w1");
    let (go, gate) = oneshot::channel::<()>();
    plant.platform.will_prepare(async move {
        gate.await.unwrap();
        Ok(more("a"))
    });
    let id = plant.post(&["one"]).await;
    plant.after(MINUTE).await;
    plant.called(|calls| calls.len() == 1).await;
    first.stop();
    go.send(()).unwrap();
    first.ended().await;
    let row = plant.row(id).await;
    assert_eq!(
        (row.state, row.holder, row.lease_until),
        (State::Scheduled, None, None)
    );
    assert!(plant.platform.all(Asked::Commit).is_empty());
    let _second = plant.worker("w2");
    assert_eq!(plant.release().await, 1, "it is due at once");
    plant.settled(id, State::Published).await;
    let prepares = plant.platform.all(Asked::Prepare);
    assert_eq!(prepares.len(), 2);
    assert_eq!(prepares[1].step.as_deref(), Some("a"));
    assert_eq!(plant.outcomes(id).await, ["given_back", "released"]);
}

#[tokio::test]
async fn a_stop_waits_for_the_commit_in_flight() {
    let plant = Plant::new().await;
    let mut worker = plant.worker("w1");
    let (go, gate) = oneshot::channel::<()>();
    plant.platform.will_commit(async move {
        gate.await.unwrap();
        Ok(made("late"))
    });
    // The second entry is somebody else's.
    let id = plant.post(&["one", "two"]).await;
    plant.after(MINUTE).await;
    plant
        .called(|calls| calls.iter().any(|call| call.asked == Asked::Commit))
        .await;
    worker.stop();
    assert!(worker.is_running());
    go.send(()).unwrap();
    worker.ended().await;
    let row = plant.row(id).await;
    assert_eq!((row.state, row.entry), (State::Scheduled, 1));
    assert_eq!(row.releases[0].remote_id, "late");
    let _other = plant.worker("w2");
    plant.release().await;
    plant.settled(id, State::Published).await;
    let entries: Vec<_> = plant
        .platform
        .all(Asked::Commit)
        .iter()
        .map(|call| call.entry)
        .collect();
    assert_eq!(entries, [0, 1]);
}

#[tokio::test]
async fn a_commit_that_outlives_the_drain_time_is_left_to_its_lease() {
    // With one hand full the intake has no room, and must see the stop all the same.
    for concurrency in [1, 8] {
        let plant = Plant::new().await;
        let mut worker = plant.worker_with(Settings {
            concurrency,
            drain: Duration::from_millis(50),
            ..settings("w1")
        });
        plant.platform.will_commit(std::future::pending());
        let id = plant.post(&["one"]).await;
        plant.after(MINUTE).await;
        plant
            .called(|calls| calls.iter().any(|call| call.asked == Asked::Commit))
            .await;
        worker.stop();
        worker.ended().await;
        assert_eq!(plant.row(id).await.state, State::Armed);
        plant.platform.will_detect(Ok(Found::There(made("found"))));
        let _other = plant.worker("w2");
        assert_eq!(plant.after(LEASE).await, 1);
        plant.settled(id, State::Published).await;
        assert_eq!(plant.platform.all(Asked::Commit).len(), 1);
    }
}
