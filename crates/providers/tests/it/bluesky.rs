//! Sessions, servers and facets of Bluesky.

use postern_domain::Code;
use postern_domain::failure::ErrorClass;
use postern_domain::manifest::ProviderId;
use postern_domain::ports::{ConnectError, Connector};
use postern_domain::value::Value;
use postern_platform_sim::{FaultKind, Operation};
use serde_json::json;

use crate::driver::{Job, text};
use crate::stage::{Stage, fields};

const ID: ProviderId = ProviderId::of("bluesky");

#[tokio::test]
async fn wrong_passwords_and_services_are_told_apart() {
    let stage = Stage::open().await;
    for (key, value, code) in [
        ("password", "wrong", Code::CredentialsRefused),
        ("service", "https://127.0.0.1:1", Code::UrlRefused),
        ("service", "nonsense", Code::SettingInvalid),
    ] {
        let mut fields = fields(&ID, "ada");
        fields.insert(key.to_owned(), Value::from(value));
        let began = stage.registry.begin(&ID, &fields, &stage.context(&ID)).await;
        let Err(ConnectError::Refused(problem)) = began else {
            panic!("{value}: {began:?}")
        };
        assert_eq!(
            (problem.code, problem.field),
            (code, format!("/{key}")),
            "{value}"
        );
    }
}

#[tokio::test]
async fn one_login_serves_many_posts() {
    let stage = Stage::open().await;
    let account = stage.connect(&ID, "ada").await;
    for number in 0..5 {
        let mut job = Job::new(&stage, &account, number, vec![text(&format!("post {number}"))]);
        job.run().await.unwrap();
    }
    let logins = stage.sim.requests();
    let logins = logins
        .iter()
        .filter(|request| request.path.ends_with("createSession"))
        .count();
    assert_eq!(logins, 1);
}

#[tokio::test]
async fn dead_sessions_are_opened_again_with_the_password() {
    let stage = Stage::open().await;
    let mut account = stage.connect(&ID, "ada").await;
    stage.fault(&ID, Operation::Refresh, FaultKind::ExpireToken);
    let grant = stage
        .registry
        .refresh(&account.channel, &account.credential)
        .await
        .unwrap();
    assert!(grant.expires_at.is_some() && grant.ends_at.is_none());
    account.credential.grant = grant.secret;
    let mut job = Job::new(&stage, &account, 1, vec![text("alive")]);
    job.run().await.unwrap();
}

#[tokio::test]
async fn links_tags_and_known_handles_become_facets() {
    let stage = Stage::open().await;
    let account = stage.connect(&ID, "ada").await;
    let other = stage.connect(&ID, "bob").await;
    let words = format!(
        "\u{e9} @{} and @nobody.example.org: #caf\u{e9} https://example.org",
        other.channel.handle
    );
    let mut job = Job::new(&stage, &account, 1, vec![text(&words)]);
    job.run().await.unwrap();
    let journal = stage.journal(&ID);
    let facets = journal[0].detail["facets"].as_array().unwrap();
    let kinds: Vec<&str> = facets
        .iter()
        .map(|facet| {
            facet["features"][0]["$type"]
                .as_str()
                .unwrap()
                .rsplit('#')
                .next()
                .unwrap()
        })
        .collect();
    assert_eq!(kinds, ["mention", "tag", "link"]);
    assert_eq!(facets[0]["features"][0]["did"], other.channel.remote_id);
}

#[tokio::test]
async fn smaller_limits_of_a_server_are_told() {
    let stage = Stage::open().await;
    let account = stage.connect(&ID, "ada").await;
    stage
        .sim
        .configure(&json!({ "platform": "bluesky", "image_limit": 10 }))
        .unwrap();
    let mut job = Job::new(&stage, &account, 1, vec![text("x").with_image("door")]);
    job.prepare().await.unwrap();
    let error = job.commit().await.unwrap_err();
    assert_eq!(
        (error.class, error.code),
        (ErrorClass::Rejected, "media_too_large"),
        "{error:?}"
    );
}

#[tokio::test]
async fn replies_to_what_is_gone_are_refused() {
    let stage = Stage::open().await;
    let account = stage.connect(&ID, "ada").await;
    let mut job = Job::new(&stage, &account, 1, vec![text("head"), text("reply")]);
    job.prepare().await.unwrap();
    job.commit().await.unwrap();
    stage.sim.reset();
    let account = stage.connect(&ID, "ada").await;
    let mut orphan = Job::new(&stage, &account, 1, vec![text("head"), text("reply")]);
    orphan.releases = job.releases;
    let error = orphan.prepare().await.unwrap_err();
    assert_eq!(
        (error.class, error.code),
        (ErrorClass::Rejected, "reply_target_gone"),
        "{error:?}"
    );
}

#[tokio::test]
async fn failed_videos_say_why() {
    let stage = Stage::open().await;
    let account = stage.connect(&ID, "ada").await;
    let settings = json!({ "platform": "bluesky", "fail_processing": "encoding_failure" });
    stage.sim.configure(&settings).unwrap();
    let mut job = Job::new(&stage, &account, 1, vec![text("film").with_video("waves")]);
    let error = job.prepare().await.unwrap_err();
    assert_eq!(
        error.provider_code.as_deref(),
        Some("encoding_failure"),
        "{error:?}"
    );
    stage
        .sim
        .configure(&json!({ "platform": "bluesky", "can_upload": false }))
        .unwrap();
    let mut job = Job::new(&stage, &account, 2, vec![text("film").with_video("waves")]);
    let error = job.prepare().await.unwrap_err();
    assert_eq!(
        (error.class, error.code),
        (ErrorClass::Rejected, "video_not_allowed"),
        "{error:?}"
    );
}
