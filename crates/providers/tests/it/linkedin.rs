//! Grants, versions and the duplicate filter of LinkedIn.

use std::time::Duration;

use postern_domain::failure::ErrorClass;
use postern_domain::manifest::ProviderId;
use postern_domain::ports::{Connector, RefreshError};
use postern_platform_sim::{FaultKind, Operation};
use postern_provider_kit::Found;
use serde_json::json;

use crate::driver::{Job, text};
use crate::stage::Stage;

const ID: ProviderId = ProviderId::of("linkedin");

#[tokio::test]
async fn without_a_refresh_token_the_access_lasts_until_its_end() {
    let stage = Stage::open().await;
    stage
        .sim
        .configure(&json!({ "platform": "linkedin", "refresh": false }))
        .unwrap();
    let account = stage.connect(&ID, "ada").await;
    assert_eq!(account.channel.grant_expires_at, account.credential.expires_at);
    let early = stage
        .registry
        .refresh(&account.channel, &account.credential)
        .await;
    assert!(
        matches!(early, Err(RefreshError::NotNow { until: Some(_), .. })),
        "{early:?}"
    );
    stage.clock.advance(Duration::from_hours(61 * 24));
    let late = stage
        .registry
        .refresh(&account.channel, &account.credential)
        .await;
    assert!(matches!(late, Err(RefreshError::Gone { .. })), "{late:?}");
    let mut job = Job::new(&stage, &account, 1, vec![text("late")]);
    job.prepare().await.unwrap();
    assert_eq!(job.commit().await.unwrap_err().class, ErrorClass::Reconnect);
}

#[tokio::test]
async fn refreshing_does_not_move_the_end_of_the_grant() {
    let stage = Stage::open().await;
    let mut account = stage.connect(&ID, "ada").await;
    let end = account.channel.grant_expires_at.unwrap();
    stage.clock.advance(Duration::from_hours(50 * 24));
    let grant = stage
        .registry
        .refresh(&account.channel, &account.credential)
        .await
        .unwrap();
    let moved = grant.ends_at.unwrap().since(end) + end.since(grant.ends_at.unwrap());
    assert!(moved < Duration::from_secs(2), "{moved:?}");
    account.credential.grant = grant.secret;
    stage.clock.advance(Duration::from_hours(330 * 24));
    let gone = stage
        .registry
        .refresh(&account.channel, &account.credential)
        .await;
    assert!(matches!(gone, Err(RefreshError::Gone { .. })), "{gone:?}");
}

#[tokio::test]
async fn the_filter_is_only_trusted_while_it_remembers() {
    let stage = Stage::open().await;
    let account = stage.connect(&ID, "ada").await;
    let mut job = Job::new(&stage, &account, 1, vec![text("lost")]);
    job.prepare().await.unwrap();
    stage.fault(&ID, Operation::Commit, FaultKind::LostAnswer);
    job.commit().await.unwrap_err();
    stage.clock.advance(Duration::from_secs(590));
    assert_eq!(
        job.detect().await.unwrap(),
        Found::Unknown { look_again_in: None }
    );
    assert_eq!(stage.journal(&ID).len(), 1);
}

#[tokio::test]
async fn an_ended_version_of_the_api_is_the_operators_matter() {
    let stage = Stage::open().await;
    let account = stage.connect(&ID, "ada").await;
    stage
        .sim
        .configure(&json!({ "platform": "linkedin", "versions": ["203001"] }))
        .unwrap();
    let mut job = Job::new(&stage, &account, 1, vec![text("old")]);
    job.prepare().await.unwrap();
    let error = job.commit().await.unwrap_err();
    assert_eq!(
        (error.class, error.code),
        (ErrorClass::Rejected, "api_version_ended"),
        "{error:?}"
    );
}

#[tokio::test]
async fn images_that_are_not_ready_yet_are_waited_for() {
    let stage = Stage::open().await;
    stage
        .sim
        .configure(&json!({ "platform": "linkedin", "image_secs": 30 }))
        .unwrap();
    let account = stage.connect(&ID, "ada").await;
    let mut job = Job::new(&stage, &account, 1, vec![text("slow").with_image("door")]);
    job.prepare().await.unwrap();
    let error = job.commit().await.unwrap_err();
    assert_eq!(
        (error.class, error.code),
        (ErrorClass::Transient, "media_processing"),
        "{error:?}"
    );
    stage.clock.advance(Duration::from_mins(1));
    job.run().await.unwrap();
    assert_eq!(stage.journal(&ID).len(), 1);
}
