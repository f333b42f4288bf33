//! Grants that went stale while posts waited.

use postern_domain::channel::{Grant, Health};
use postern_domain::failure::ErrorClass;
use postern_domain::ports::{Channels, RefreshError};
use postern_domain::publication::State;
use postern_domain::secret::Secret;
use postern_testkit::FakeConnector;

use crate::plant::{MINUTE, Plant};
use crate::platform::{Asked, error};

const FRESH: &str = r#"{"token":"fresh"}"#;

fn fresh() -> Grant {
    Grant {
        secret: Secret::new(FRESH),
        ..FakeConnector::a_grant()
    }
}

fn refuse_old_grant(plant: &Plant) {
    plant
        .platform
        .refuse_grant(FakeConnector::a_grant().secret.reveal());
}

fn refreshes(plant: &Plant) -> usize {
    let calls = plant.connector.calls();
    calls.iter().filter(|call| **call == "refresh").count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stale_grant_is_renewed_once_for_all_that_wait_for_it() {
    let plant = Plant::new().await;
    let _workers = (plant.worker("w1"), plant.worker("w2"));
    refuse_old_grant(&plant);
    plant.connector.will_refresh(Ok(fresh()));
    let mut ids = Vec::new();
    for number in 0..20 {
        ids.push(plant.post(&[format!("post {number}").as_str()]).await);
    }
    assert_eq!(plant.after(MINUTE).await, 20);
    for id in &ids {
        let row = plant.settled(*id, State::Published).await;
        assert_eq!(row.attempts, 1, "the preparation is repeated at once");
    }
    assert_eq!(refreshes(&plant), 1);
    let commits = plant.platform.all(Asked::Commit);
    assert_eq!(commits.len(), 20);
    assert!(commits.iter().all(|call| call.grant == FRESH));
}

#[tokio::test]
async fn a_commit_with_a_stale_grant_is_armed_anew_with_the_fresh_one() {
    let plant = Plant::new().await;
    let _worker = plant.worker("w1");
    plant.connector.will_refresh(Ok(fresh()));
    plant
        .platform
        .will_commit(async { Err(error(ErrorClass::Refresh)) });
    let id = plant.post(&["one"]).await;
    plant.after(MINUTE).await;
    let row = plant.settled(id, State::Scheduled).await;
    assert_eq!(row.armed, None);
    assert_eq!(plant.release().await, 1, "there is nothing to wait for");
    plant.settled(id, State::Published).await;
    let commits = plant.platform.all(Asked::Commit);
    assert_eq!((commits.len(), refreshes(&plant)), (2, 1));
    assert_eq!(commits[1].grant, FRESH);
    assert!(commits.iter().all(|call| call.row.armed.is_some()));
}

#[tokio::test]
async fn a_grant_that_is_gone_holds_the_post_until_the_channel_is_connected_again() {
    let plant = Plant::new().await;
    let _worker = plant.worker("w1");
    refuse_old_grant(&plant);
    plant.connector.will_refresh(Err(RefreshError::Gone {
        reason: "revoked".into(),
    }));
    let id = plant.post(&["one"]).await;
    plant.after(MINUTE).await;
    plant.settled(id, State::Held).await;
    let channel = plant.app.channel(&plant.actor, plant.channel.id).await.unwrap();
    assert!(matches!(channel.health, Health::NeedsReconnect { .. }));
    assert_eq!(plant.after(MINUTE * 30).await, 0);
    plant
        .connector
        .will_finish(Ok(postern_domain::channel::Connected {
            grant: fresh(),
            ..FakeConnector::an_account()
        }));
    plant.reconnect().await;
    assert_eq!(plant.release().await, 1);
    plant.settled(id, State::Published).await;
    assert_eq!(plant.platform.all(Asked::Commit)[0].grant, FRESH);
}

#[tokio::test]
async fn a_renewal_that_fails_for_now_is_tried_again_and_disconnects_nothing() {
    let plant = Plant::new().await;
    let _worker = plant.worker("w1");
    refuse_old_grant(&plant);
    plant.connector.will_refresh(Err(RefreshError::NotNow {
        reason: "busy".into(),
        until: None,
    }));
    plant.connector.will_refresh(Ok(fresh()));
    let id = plant.post(&["one"]).await;
    plant.after(MINUTE).await;
    let row = plant.settled(id, State::Scheduled).await;
    assert_eq!((row.tries, row.attempts), (0, 1), "patience costs no try");
    let failure = row.failure.map(|failure| failure.code);
    assert_eq!(failure.as_deref(), Some("grant_not_renewed"));
    let channel = plant.app.channel(&plant.actor, plant.channel.id).await.unwrap();
    assert_eq!(channel.health, Health::Connected);
    plant.after(MINUTE).await;
    plant.settled(id, State::Published).await;
    assert_eq!(refreshes(&plant), 2);
}

#[tokio::test]
async fn a_fresh_grant_that_is_refused_as_well_asks_for_the_owner() {
    let plant = Plant::new().await;
    let _worker = plant.worker("w1");
    // The renewal answers with the grant that the platform refuses.
    refuse_old_grant(&plant);
    let id = plant.post(&["one"]).await;
    plant.after(MINUTE).await;
    plant.settled(id, State::Held).await;
    assert_eq!(refreshes(&plant), 1);
    assert!(plant.platform.all(Asked::Commit).is_empty());
}
