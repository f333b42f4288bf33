//! From due to published: steps, arming, threads.

use std::sync::Arc;
use std::time::Duration;

use postern_domain::failure::ErrorClass;
use postern_domain::ports::Posts;
use postern_domain::post::PostRef;
use postern_domain::publication::State;

use crate::gate::{At, Gate, Stuck};
use crate::plant::{MINUTE, Plant, settings};
use crate::platform::{Asked, busy, error, made, more, ready};

#[tokio::test]
async fn steps_run_in_order_and_each_is_stored_before_the_next() {
    let plant = Plant::new().await;
    let _worker = plant.worker("w1");
    plant.platform.will_prepare(async { Ok(more("a")) });
    plant
        .platform
        .will_prepare(async { Ok(busy("b", Duration::from_secs(30))) });
    plant.platform.will_prepare(async { Ok(ready("c")) });
    let id = plant.post(&["one"]).await;
    assert_eq!(plant.after(MINUTE).await, 1);
    plant.settled(id, State::Waiting).await;
    assert_eq!(plant.after(Duration::from_secs(29)).await, 0);
    assert_eq!(plant.after(Duration::from_secs(1)).await, 1);
    let row = plant.settled(id, State::Published).await;
    let seen: Vec<_> = plant
        .platform
        .calls()
        .into_iter()
        .map(|call| {
            let stored = call.row.step.map(|step| step.0);
            assert_eq!(stored, call.step, "what is given is what is stored");
            (call.asked, call.step, call.row.state)
        })
        .collect();
    let step = |step: &str| Some(step.to_owned());
    assert_eq!(
        seen,
        [
            (Asked::Prepare, None, State::Preparing),
            (Asked::Prepare, step("a"), State::Preparing),
            (Asked::Prepare, step("b"), State::Preparing),
            (Asked::Commit, step("c"), State::Armed),
        ]
    );
    assert_eq!(row.releases[0].url.as_deref(), Some("https://platform.test/r0"));
    assert_eq!(plant.outcomes(id).await, ["waiting", "released"]);
}

#[tokio::test]
async fn the_arming_is_stored_before_the_commit_and_allows_one() {
    let plant = Plant::new().await;
    let _worker = plant.worker("w1");
    plant
        .platform
        .will_commit(async { Err(error(ErrorClass::Transient)) });
    let id = plant.post(&["one"]).await;
    plant.after(MINUTE).await;
    let failed = plant.settled(id, State::Scheduled).await;
    assert_eq!(failed.armed, None);
    plant.after(MINUTE).await;
    plant.settled(id, State::Published).await;
    let calls = plant.platform.calls();
    let order: Vec<_> = calls.iter().map(|call| call.asked).collect();
    let (prepare, commit) = (Asked::Prepare, Asked::Commit);
    assert_eq!(order, [prepare, commit, prepare, commit]);
    for pair in calls.chunks(2) {
        assert_eq!(pair[0].row.armed, None, "every commit is armed anew");
        let armed = pair[1].row.armed.clone().unwrap();
        assert_eq!(Some(armed.key), pair[1].key);
        assert_eq!(armed.at, pair[1].row.updated_at);
    }
    assert_eq!(calls[1].key, calls[3].key, "the same entry keeps its key");
}

#[tokio::test]
async fn nothing_is_sent_when_the_arming_cannot_be_stored() {
    let plant = Plant::new().await;
    let _worker = plant.worker("w1");
    let outage = plant.outage.clone();
    plant.platform.will_prepare(async move {
        outage.refuse(1);
        Ok(ready("{}"))
    });
    let id = plant.post(&["one"]).await;
    plant.after(MINUTE).await;
    plant
        .called(|calls| calls.iter().any(|call| call.asked == Asked::Prepare))
        .await;
    let row = plant.settled(id, State::Scheduled).await;
    assert_eq!(row.failure.map(|it| it.code), Some("arming_unknown".to_owned()));
    plant.after(MINUTE).await;
    plant.settled(id, State::Published).await;
    let order: Vec<_> = plant.platform.calls().iter().map(|call| call.asked).collect();
    assert_eq!(order, [Asked::Prepare, Asked::Prepare, Asked::Commit]);
    assert_eq!(plant.outcomes(id).await, ["transient", "released"]);
}

#[tokio::test]
async fn an_arming_whose_answer_is_lost_is_no_doubt_for_nothing_was_sent() {
    let plant = Plant::new().await;
    let gate = Gate {
        app: plant.app.clone(),
        at: Some(At::ArmingBroken),
        stuck: Stuck::default(),
    };
    let mut first = plant.worker_behind(Arc::new(gate), settings("w1"));
    let id = plant.post(&["one"]).await;
    plant.after(MINUTE).await;
    let row = plant.settled(id, State::Scheduled).await;
    assert_eq!((row.tries, row.armed), (1, None));
    first.stop();
    first.ended().await;
    let _second = plant.worker("w2");
    plant.after(MINUTE).await;
    plant.settled(id, State::Published).await;
    let order: Vec<_> = plant.platform.calls().iter().map(|call| call.asked).collect();
    assert_eq!(order, [Asked::Prepare, Asked::Prepare, Asked::Commit]);
}

#[tokio::test]
async fn entries_of_a_thread_follow_each_other_and_know_what_came_before() {
    let plant = Plant::new().await;
    let _worker = plant.worker("w1");
    for remote_id in ["x", "y", "z"] {
        plant.platform.will_commit(async move { Ok(made(remote_id)) });
    }
    let id = plant.post(&["one", "two", "three"]).await;
    assert_eq!(plant.after(MINUTE).await, 1);
    plant.settled(id, State::Published).await;
    let commits: Vec<_> = plant
        .platform
        .all(Asked::Commit)
        .into_iter()
        .map(|call| (call.entry, call.root, call.previous, call.key))
        .collect();
    let text = |text: &str| Some(text.to_owned());
    let key = |entry: u32| Some(format!("{id}.{entry}.0"));
    assert_eq!(
        commits,
        [
            (0, None, None, key(0)),
            (1, text("x"), text("x"), key(1)),
            (2, text("x"), text("y"), key(2)),
        ]
    );
}

#[tokio::test]
async fn a_thread_that_is_sent_as_it_is_resumes_at_the_entry_that_failed() {
    let plant = Plant::new().await;
    let _worker = plant.worker("w1");
    for remote_id in ["w", "x"] {
        plant.platform.will_commit(async move { Ok(made(remote_id)) });
    }
    plant
        .platform
        .will_commit(async { Err(error(ErrorClass::Rejected)) });
    let id = plant.post(&["one", "two", "three", "four"]).await;
    plant.after(MINUTE).await;
    let failed = plant.settled(id, State::Failed).await;
    assert_eq!((failed.entry, failed.releases.len()), (2, 2));
    plant
        .app
        .publish_post(&plant.actor, PostRef::Publication(id))
        .await
        .unwrap();
    plant.release().await;
    let row = plant.settled(id, State::Published).await;
    assert_eq!(row.releases.len(), 4);
    let commits = plant.platform.all(Asked::Commit);
    let entries: Vec<_> = commits.iter().map(|call| call.entry).collect();
    assert_eq!(entries, [0, 1, 2, 2, 3]);
    let again = &commits[3];
    assert_eq!(
        (again.root.as_deref(), again.previous.as_deref()),
        (Some("w"), Some("x"))
    );
}

#[tokio::test]
async fn an_entry_waits_for_its_delay() {
    let plant = Plant::new().await;
    let _worker = plant.worker("w1");
    let pause = Duration::from_mins(5);
    let id = plant.thread(&[("one", Duration::ZERO), ("two", pause)]).await;
    plant.after(MINUTE).await;
    let waiting = plant.settled(id, State::Waiting).await;
    assert_eq!((waiting.entry, waiting.releases.len()), (1, 1));
    assert_eq!(plant.after(Duration::from_secs(299)).await, 0);
    assert_eq!(plant.after(Duration::from_secs(1)).await, 1);
    let row = plant.settled(id, State::Published).await;
    let between = row.releases[1].released_at.since(row.releases[0].released_at);
    assert_eq!(between, pause);
}
