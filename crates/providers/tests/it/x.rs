//! Choices, lags and refusals of X.

use std::time::Duration;

use postern_domain::failure::ErrorClass;
use postern_domain::manifest::ProviderId;
use postern_domain::ports::ProviderCatalog;
use postern_domain::value::Value;
use postern_platform_sim::{FaultKind, Operation};
use postern_provider_kit::Found;
use serde_json::json;

use crate::driver::{Job, text};
use crate::stage::Stage;

const ID: ProviderId = ProviderId::of("x");

#[tokio::test]
async fn choices_reach_the_head_and_not_the_replies() {
    let stage = Stage::open().await;
    let account = stage.connect(&ID, "ada").await;
    let mut job = Job::new(&stage, &account, 1, vec![text("head"), text("reply")]);
    job.settings = [
        ("who_can_reply_post".to_owned(), Value::from("following")),
        (
            "community".to_owned(),
            Value::from("https://x.com/i/communities/12"),
        ),
        ("made_with_ai".to_owned(), Value::from(true)),
    ]
    .into();
    job.run().await.unwrap();
    let journal = stage.journal(&ID);
    assert_eq!(journal[0].detail["reply_settings"], "following");
    assert_eq!(journal[0].detail["community_id"], "12");
    assert_eq!(journal[0].detail["made_with_ai"], true);
    assert_eq!(journal[1].detail["reply_settings"], "everyone");
    assert!(journal[1].detail["community_id"].is_null());
}

#[tokio::test]
async fn accounts_that_pay_may_write_more() {
    let stage = Stage::open().await;
    stage
        .sim
        .configure(&json!({ "platform": "x", "premium": true }))
        .unwrap();
    let account = stage.connect(&ID, "ada").await;
    assert_eq!(stage.registry.limits(&account.channel).text_max, 25_000);
}

#[tokio::test]
async fn a_list_that_lags_is_waited_for_and_never_believed_empty() {
    for (lag, found) in [(25, true), (3600, false)] {
        let stage = Stage::open().await;
        stage
            .sim
            .configure(&json!({ "platform": "x", "listing_lag": lag }))
            .unwrap();
        let account = stage.connect(&ID, "ada").await;
        let mut job = Job::new(&stage, &account, 1, vec![text("slow")]);
        job.prepare().await.unwrap();
        stage.fault(&ID, Operation::Commit, FaultKind::LostAnswer);
        job.commit().await.unwrap_err();
        let evidence = job.detect().await.unwrap();
        assert_eq!(matches!(evidence, Found::There(_)), found, "{lag}: {evidence:?}");
        assert_ne!(evidence, Found::Absent, "{lag}");
    }
}

#[tokio::test]
async fn the_same_text_twice_is_refused_with_its_reason() {
    let stage = Stage::open().await;
    let account = stage.connect(&ID, "ada").await;
    for (number, want) in [(1, None), (2, Some((ErrorClass::Rejected, "duplicate")))] {
        let mut job = Job::new(&stage, &account, number, vec![text("again")]);
        let error = job.run().await.err().map(|error| (error.class, error.code));
        assert_eq!(error, want);
    }
}

#[tokio::test]
async fn uploads_that_expired_are_sent_again() {
    let stage = Stage::open().await;
    stage
        .sim
        .configure(&json!({ "platform": "x", "media_secs": 1800 }))
        .unwrap();
    let account = stage.connect(&ID, "ada").await;
    let mut job = Job::new(&stage, &account, 1, vec![text("picture").with_image("door")]);
    job.prepare().await.unwrap();
    stage.clock.advance(Duration::from_hours(2));
    job.run().await.unwrap();
    assert_eq!(stage.journal(&ID)[0].media[0].alt.as_deref(), Some("door"));
}

#[tokio::test]
async fn failed_videos_say_so() {
    let stage = Stage::open().await;
    stage
        .sim
        .configure(&json!({ "platform": "x", "fail_processing": 1 }))
        .unwrap();
    let account = stage.connect(&ID, "ada").await;
    let mut job = Job::new(&stage, &account, 1, vec![text("film").with_video("waves")]);
    let error = job.prepare().await.unwrap_err();
    assert_eq!(
        (error.class, error.code),
        (ErrorClass::Rejected, "media_processing_failed"),
        "{error:?}"
    );
}
