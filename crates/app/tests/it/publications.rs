//! The way of a publication from due to done, with everything that can go wrong on it.

use std::time::Duration;

use postern_domain::Code;
use postern_domain::failure::{ErrorClass, Failure, Trace};
use postern_domain::ports::{Alert, Claimed, Clock, Dispatch, Instance, Posts, RefreshError, Report, Work};
use postern_domain::post::{PostEdit, PostRef, PostState, Resolution};
use postern_domain::publication::{Detection, Lease, Next, Outcome, Release, State, Step};

use crate::desk::{Desk, entry};

const MINUTE: Duration = Duration::from_mins(1);

fn report(desk: &Desk, claimed: &Claimed, outcome: Outcome) -> Report {
    let now = desk.clock.now();
    Report {
        lease: claimed.lease,
        outcome,
        trace: Trace::default(),
        started_at: now,
        ended_at: now,
    }
}

fn out(desk: &Desk, entry: u32) -> Outcome {
    let release = Release {
        entry,
        remote_id: format!("r{entry}"),
        url: Some(format!("https://example.org/{entry}")),
        carry: None,
        released_at: desk.clock.now(),
    };
    Outcome::EntryOut {
        release,
        next_delay: Duration::ZERO,
    }
}

fn failed(desk: &Desk, class: ErrorClass) -> Outcome {
    Outcome::Failed(Failure {
        class,
        code: "test".into(),
        provider_code: None,
        provider_message: None,
        cause: "the platform said no".into(),
        fix: "change it".into(),
        attempt: 0,
        at: desk.clock.now(),
    })
}

async fn arm(desk: &Desk, claimed: &Claimed) {
    let armed = desk
        .app
        .arm(vec![(claimed.lease, Step("{}".into()))])
        .await
        .unwrap();
    assert!(armed[0].is_some());
}

#[tokio::test]
async fn a_thread_goes_out_and_leaves_its_links_and_attempts() {
    let desk = Desk::new().await;
    let channel = desk.channel().await;
    let view = desk.schedule(&[channel.id], &["one", "two"]).await;
    assert!(desk.work(Duration::from_secs(59)).await.is_empty());
    let claimed = desk.work(Duration::from_secs(1)).await.remove(0);
    assert_eq!(claimed.credential.grant.reveal(), r#"{"token":"fake"}"#);
    arm(&desk, &claimed).await;
    let next = desk
        .app
        .report(vec![report(&desk, &claimed, out(&desk, 0))])
        .await
        .unwrap();
    assert_eq!(next, [Some(Next::Entry(1))]);
    arm(&desk, &claimed).await;
    let next = desk
        .app
        .report(vec![report(&desk, &claimed, out(&desk, 1))])
        .await
        .unwrap();
    assert_eq!(next, [Some(Next::Stop)]);
    let view = desk.view(PostRef::Post(view.post.id)).await;
    let publication = &view.publications[0].publication;
    assert_eq!(
        (view.state, publication.releases.len()),
        (PostState::Published, 2)
    );
    let attempts = desk.app.attempts(&desk.actor, publication.id).await.unwrap();
    assert_eq!(
        attempts.iter().map(|it| it.outcome.as_str()).collect::<Vec<_>>(),
        ["released", "released"]
    );
}

#[tokio::test]
async fn an_announcement_that_comes_twice_is_claimed_once() {
    let desk = Desk::new().await;
    let channel = desk.channel().await;
    desk.schedule(&[channel.id], &["one"]).await;
    let claimed = desk.work(MINUTE).await.remove(0);
    assert!(
        desk.app
            .claim("w2", vec![claimed.lease])
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn an_old_announcement_beside_a_new_one_does_not_hide_it() {
    let desk = Desk::new().await;
    let channel = desk.channel().await;
    let post = desk.schedule(&[channel.id], &["one"]).await.post.id;
    let old = desk.work(MINUTE).await.remove(0).lease;
    for minutes in [2, 10] {
        desk.clock.advance(MINUTE * minutes);
        desk.app.release_due(10).await.unwrap();
    }
    let new = Lease {
        fence: desk.view(PostRef::Post(post)).await.publications[0]
            .publication
            .fence,
        ..old
    };
    let claimed = desk.app.claim("w2", vec![old, new, old]).await.unwrap();
    assert_eq!(claimed.iter().map(|it| it.lease).collect::<Vec<_>>(), [new]);
}

#[tokio::test]
async fn a_dead_worker_before_arming_loses_nothing() {
    let desk = Desk::new().await;
    let channel = desk.channel().await;
    desk.schedule(&[channel.id], &["one"]).await;
    let dead = desk.work(MINUTE).await.remove(0);
    let again = desk.work(Duration::from_secs(61)).await.remove(0);
    assert_eq!(
        (again.work.clone(), again.lease.publication),
        (Work::Publish, dead.lease.publication)
    );
    assert_eq!(
        desk.app.arm(vec![(dead.lease, Step("{}".into()))]).await.unwrap(),
        [None]
    );
    assert_eq!(
        desk.app
            .report(vec![report(&desk, &dead, out(&desk, 0))])
            .await
            .unwrap(),
        [None]
    );
}

#[tokio::test]
async fn a_dead_worker_after_arming_is_looked_into_and_not_repeated() {
    let desk = Desk::new().await;
    let channel = desk.channel().await;
    let view = desk.schedule(&[channel.id], &["one"]).await;
    arm(&desk, &desk.work(MINUTE).await.remove(0)).await;
    let detective = desk.work(Duration::from_secs(61)).await.remove(0);
    assert!(matches!(detective.work, Work::Detect(_)));
    let unknown = Outcome::Detected(Detection::Unknown { look_again_at: None });
    desk.app
        .report(vec![report(&desk, &detective, unknown)])
        .await
        .unwrap();
    assert!(
        desk.work(Duration::from_hours(2)).await.is_empty(),
        "a person is asked"
    );
    let id = view.publications[0].publication.id;
    let alerts = desk.app.alerts(&desk.actor).await.unwrap();
    assert!(matches!(
        alerts[0],
        Alert::Publication {
            state: State::Unconfirmed,
            ..
        }
    ));
    let there = Resolution::Published {
        url: Some("https://example.org/1".into()),
    };
    let view = desk
        .app
        .resolve_post(&desk.actor, id, there.clone())
        .await
        .unwrap();
    assert_eq!(view.state, PostState::Published);
    assert!(desk.app.resolve_post(&desk.actor, id, there).await.is_err());
}

#[tokio::test]
async fn a_lost_grant_holds_posts_until_the_channel_is_back() {
    let desk = Desk::new().await;
    let channel = desk.channel().await;
    let (first, second) = (
        desk.schedule(&[channel.id], &["one"]).await,
        desk.schedule(&[channel.id], &["two"]).await,
    );
    let claimed = desk.work(MINUTE).await;
    assert_eq!(claimed.len(), 2);
    for one in &claimed {
        desk.app
            .report(vec![report(&desk, one, failed(&desk, ErrorClass::Reconnect))])
            .await
            .unwrap();
    }
    assert!(desk.work(Duration::from_mins(5)).await.is_empty());
    let held = |view: postern_domain::post::PostView| view.publications[0].publication.state;
    assert_eq!(held(desk.view(PostRef::Post(first.post.id)).await), State::Held);
    let revived = desk.channel().await;
    assert_eq!(revived.id, channel.id);
    let claimed = desk.work(Duration::ZERO).await;
    assert_eq!(claimed.len(), 2);
    assert_eq!(claimed[0].credential.version, 2);
    assert_eq!(
        held(desk.view(PostRef::Post(second.post.id)).await),
        State::Preparing
    );
}

#[tokio::test]
async fn downtime_beyond_the_rule_is_missed_and_can_be_sent_by_hand() {
    let desk = Desk::new().await;
    let channel = desk.channel().await;
    let view = desk.schedule(&[channel.id], &["one"]).await;
    assert!(desk.work(Duration::from_hours(7)).await.is_empty());
    let id = PostRef::Post(view.post.id);
    assert_eq!(
        desk.view(id).await.publications[0].publication.state,
        State::Missed
    );
    desk.app.retry_post(&desk.actor, id).await.unwrap();
    assert_eq!(desk.work(Duration::ZERO).await.len(), 1);
}

#[tokio::test]
async fn what_the_platform_refused_is_told_and_retried_on_request_only() {
    let desk = Desk::new().await;
    let channel = desk.channel().await;
    let view = desk.schedule(&[channel.id], &["one"]).await;
    let claimed = desk.work(MINUTE).await.remove(0);
    desk.app
        .report(vec![report(&desk, &claimed, failed(&desk, ErrorClass::Rejected))])
        .await
        .unwrap();
    assert!(desk.work(Duration::from_hours(1)).await.is_empty());
    let id = PostRef::Post(view.post.id);
    let failure = desk.view(id).await.publications[0]
        .publication
        .failure
        .clone()
        .unwrap();
    assert_eq!((failure.code.as_str(), failure.attempt), ("test", 1));
    let before = desk.view(id).await;
    let unchanged = desk.app.retry_post(&desk.actor, id).await.unwrap_err();
    assert_eq!(unchanged.problems()[0].code, Code::NotRetryable);
    assert_eq!(desk.view(id).await, before);
    let edit = PostEdit {
        entries: Some(vec![entry("one, mended")]),
        ..PostEdit::default()
    };
    let mended = desk.app.update_post(&desk.actor, id, edit).await.unwrap();
    assert_eq!(mended.publications[0].publication.state, State::Failed);
    assert!(
        desk.work(Duration::from_hours(1)).await.is_empty(),
        "it waits for its author"
    );
    assert_eq!(
        desk.app.retry_post(&desk.actor, id).await.unwrap().state,
        PostState::Scheduled
    );
    assert_eq!(desk.work(Duration::ZERO).await.len(), 1);
}

#[tokio::test]
async fn what_was_refused_goes_out_as_it_is_with_a_new_time() {
    let desk = Desk::new().await;
    let channel = desk.channel().await;
    let view = desk.schedule(&[channel.id], &["one"]).await;
    let claimed = desk.work(MINUTE).await.remove(0);
    desk.app
        .report(vec![report(&desk, &claimed, failed(&desk, ErrorClass::Rejected))])
        .await
        .unwrap();
    let id = PostRef::Post(view.post.id);
    desk.app.publish_post(&desk.actor, id).await.unwrap();
    assert_eq!(desk.work(Duration::ZERO).await.len(), 1);
}

#[tokio::test]
async fn twenty_workers_with_a_stale_grant_renew_it_once() {
    let desk = Desk::new().await;
    let channel = desk.channel().await;
    let callers = (0..20).map(|_| desk.app.fresh_credential(channel.id, 1));
    for credential in futures::future::join_all(callers).await {
        assert_eq!(credential.unwrap().unwrap().version, 2);
    }
    assert_eq!(
        desk.connector
            .calls()
            .iter()
            .filter(|call| **call == "refresh")
            .count(),
        1
    );
}

#[tokio::test]
async fn a_doubt_outlives_a_lost_access_and_is_looked_for_after_the_reconnect() {
    let desk = Desk::new().await;
    let channel = desk.channel().await;
    desk.schedule(&[channel.id], &["one"]).await;
    let claimed = desk.work(MINUTE).await.remove(0);
    arm(&desk, &claimed).await;
    desk.connector.will_refresh(Err(RefreshError::Gone {
        reason: "revoked".into(),
    }));
    assert_eq!(desk.app.fresh_credential(channel.id, 1).await.unwrap(), None);
    assert!(
        desk.work(2 * MINUTE).await.is_empty(),
        "nobody can look without access"
    );
    desk.channel().await;
    let again = desk.work(Duration::from_secs(1)).await.remove(0);
    assert!(matches!(again.work, Work::Detect(_)), "{:?}", again.work);
}

#[tokio::test]
async fn a_report_that_comes_again_is_no_further_attempt() {
    let desk = Desk::new().await;
    let channel = desk.channel().await;
    desk.schedule(&[channel.id], &["one", "two"]).await;
    let work = desk.work(MINUTE).await;
    let claimed = &work[0];
    arm(&desk, claimed).await;
    // The answer to the first one was lost.
    for _ in 0..2 {
        let next = desk
            .app
            .report(vec![report(&desk, claimed, out(&desk, 0))])
            .await
            .unwrap();
        assert_eq!(next, [Some(Next::Entry(1))]);
    }
    let id = claimed.publication.id;
    assert_eq!(desk.app.attempts(&desk.actor, id).await.unwrap().len(), 1);
}
