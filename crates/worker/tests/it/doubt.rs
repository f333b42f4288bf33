//! Commits whose answer was lost: evidence or a person decides.

use std::sync::Arc;
use std::time::Duration;

use postern_domain::failure::ErrorClass;
use postern_domain::ports::{Clock, Posts};
use postern_domain::post::Resolution;
use postern_domain::publication::{Rules, State};
use postern_provider_kit::Found;
use postern_testkit::TestClock;
use tokio::sync::oneshot;

use crate::plant::{LEASE, MINUTE, Plant, settings};
use crate::platform::{Asked, error, made};

/// A publication whose commit was sent once and not answered; it is due to be looked for.
async fn in_doubt(plant: &Plant) -> postern_domain::id::PublicationId {
    plant
        .platform
        .will_commit(async { Err(error(ErrorClass::Unconfirmed)) });
    let id = plant.post(&["one"]).await;
    plant.after(MINUTE).await;
    let row = plant.settled(id, State::Unconfirmed).await;
    assert_eq!(row.due_at, Some(plant.clock.now()));
    assert!(row.armed.is_some());
    id
}

#[tokio::test]
async fn a_lost_commit_that_is_found_is_published_and_not_repeated() {
    let plant = Plant::new().await;
    let _worker = plant.worker("w1");
    let id = in_doubt(&plant).await;
    plant.platform.will_detect(Ok(Found::There(made("found"))));
    assert_eq!(plant.release().await, 1);
    let row = plant.settled(id, State::Published).await;
    assert_eq!(row.releases[0].remote_id, "found");
    let (commits, detects) = (
        plant.platform.all(Asked::Commit),
        plant.platform.all(Asked::Detect),
    );
    assert_eq!((commits.len(), detects.len()), (1, 1));
    assert_eq!(
        (&detects[0].key, &detects[0].step),
        (&commits[0].key, &commits[0].step)
    );
    assert_eq!(plant.outcomes(id).await, ["unconfirmed", "detected"]);
}

#[tokio::test]
async fn a_worker_whose_clock_is_wrong_searches_when_the_backend_would() {
    for off in [Duration::from_mins(5), Duration::from_secs(2)] {
        let plant = Plant::new().await;
        let slow = Arc::new(TestClock::at(plant.clock.now().minus(off)));
        let _worker = plant.worker_by(slow.clone(), Arc::new(plant.app.clone()), settings("w1"));
        plant
            .platform
            .will_commit(async { Err(error(ErrorClass::Unconfirmed)) });
        let id = plant.post(&["one"]).await;
        slow.advance(MINUTE);
        plant.after(MINUTE).await;
        plant.settled(id, State::Unconfirmed).await;
        let pause = Duration::from_secs(5);
        plant.platform.will_detect(Ok(Found::Unknown {
            look_again_in: Some(pause),
        }));
        assert_eq!(plant.release().await, 1);
        let row = plant
            .until(id, |row| row.detections == 1 && row.lease_until.is_none())
            .await;
        assert_eq!(row.due_at, Some(plant.clock.now().plus(pause)), "{off:?}");
    }
}

#[tokio::test]
async fn a_lost_commit_that_is_absent_is_sent_again_with_its_key() {
    let plant = Plant::new().await;
    let _worker = plant.worker("w1");
    let id = in_doubt(&plant).await;
    plant.platform.will_detect(Ok(Found::Absent));
    plant.release().await;
    let row = plant.settled(id, State::Scheduled).await;
    assert_eq!(row.armed, None);
    plant.release().await;
    plant.settled(id, State::Published).await;
    let commits = plant.platform.all(Asked::Commit);
    assert_eq!(commits.len(), 2);
    assert_eq!(commits[0].key, commits[1].key);
}

#[tokio::test]
async fn a_person_decides_what_nobody_can_find_out() {
    let there = Resolution::Published {
        url: Some("https://platform.test/seen".into()),
    };
    for (answer, commits) in [(there, 1), (Resolution::SendAgain, 2)] {
        let plant = Plant::new().await;
        let _worker = plant.worker("w1");
        let id = in_doubt(&plant).await;
        plant.release().await;
        plant.until(id, |row| row.detections == 1).await;
        assert_eq!(
            plant.after(Duration::from_hours(3)).await,
            0,
            "nothing runs by itself"
        );
        let asks_again = answer == Resolution::SendAgain;
        plant.app.resolve_post(&plant.actor, id, answer).await.unwrap();
        plant.release().await;
        let row = plant.settled(id, State::Published).await;
        let sent = plant.platform.all(Asked::Commit);
        assert_eq!(sent.len(), commits);
        if asks_again {
            assert_ne!(
                sent[0].key, sent[1].key,
                "the platform must not take it for a repetition"
            );
        } else {
            assert_eq!(row.releases[0].url.as_deref(), Some("https://platform.test/seen"));
        }
    }
}

#[tokio::test]
async fn evidence_is_looked_for_a_few_times_and_failures_of_the_search_change_nothing() {
    let plant = Plant::new().await;
    let _worker = plant.worker("w1");
    let id = in_doubt(&plant).await;
    let rules = Rules::default();
    let unknown = || {
        Ok(Found::Unknown {
            look_again_in: Some(Duration::from_mins(2)),
        })
    };
    // Every second search fails, and does not count.
    for search in 1..2 * rules.max_detections {
        plant.platform.will_detect(if search % 2 == 0 {
            Err(error(ErrorClass::Transient))
        } else {
            unknown()
        });
        let attempts = plant.row(id).await.attempts;
        assert_eq!(plant.release().await, 1);
        let row = plant
            .until(id, |row| row.attempts > attempts && row.lease_until.is_none())
            .await;
        assert_eq!(
            (row.state, row.detections),
            (State::Unconfirmed, search.div_ceil(2))
        );
        assert_eq!(row.due_at.is_some(), row.detections < rules.max_detections);
        plant.clock.advance(rules.backoff_cap);
    }
    assert_eq!(plant.platform.all(Asked::Commit).len(), 1);
}

#[tokio::test]
async fn a_commit_slower_than_its_lease_is_looked_for_and_not_repeated() {
    let plant = Plant::new().await;
    let _worker = plant.worker("w1");
    let (go, gate) = oneshot::channel::<()>();
    plant.platform.will_commit(async move {
        gate.await.unwrap();
        Ok(made("slow"))
    });
    plant.platform.will_detect(Ok(Found::Unknown {
        look_again_in: Some(MINUTE),
    }));
    plant.platform.will_detect(Ok(Found::There(made("found"))));
    let id = plant.post(&["one"]).await;
    plant.after(MINUTE).await;
    plant
        .called(|calls| calls.iter().any(|call| call.asked == Asked::Commit))
        .await;
    assert_eq!(plant.after(LEASE).await, 1);
    plant.until(id, |row| row.detections == 1).await;
    // The answer comes when nobody waits for it any more.
    go.send(()).unwrap();
    plant.after(MINUTE).await;
    let row = plant.settled(id, State::Published).await;
    assert_eq!(row.releases.len(), 1);
    assert_eq!(row.releases[0].remote_id, "found");
    assert_eq!(plant.platform.all(Asked::Commit).len(), 1);
}
