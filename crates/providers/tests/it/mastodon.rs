//! Instances of Mastodon differ.

use postern_domain::Code;
use postern_domain::failure::ErrorClass;
use postern_domain::manifest::ProviderId;
use postern_domain::ports::{ConnectError, Connector, ProviderCatalog};
use postern_domain::value::{Settings, Value};
use postern_platform_sim::{FaultKind, Operation};
use postern_provider_kit::Found;
use serde_json::json;

use crate::driver::{Job, text};
use crate::stage::Stage;

const ID: ProviderId = ProviderId::of("mastodon");

fn instance(address: &str) -> Settings {
    [("instance".to_owned(), Value::from(address))].into()
}

#[tokio::test]
async fn each_instance_has_its_own_limits_and_accounts() {
    let stage = Stage::open().await;
    let mut ids = Vec::new();
    for (name, max) in [("tiny", 300), ("big", 5000), ("old", 500)] {
        let address = format!("{}/mastodon/i/{name}", stage.base);
        let account = stage.connect_with(&ID, "ada", instance(&address)).await;
        assert_eq!(stage.registry.limits(&account.channel).text_max, max, "{name}");
        let mut job = Job::new(&stage, &account, 1, vec![text(name)]);
        job.run().await.unwrap();
        let journal = stage.journal(&ID);
        assert_eq!(journal.last().map(|entry| entry.instance.as_str()), Some(name));
        ids.push(account.channel.remote_id);
    }
    ids.dedup();
    assert_eq!(ids.len(), 3);
    stage.close();
}

#[tokio::test]
async fn addresses_inside_and_servers_that_send_elsewhere_are_refused() {
    let stage = Stage::open().await;
    for (typed, code) in [
        ("127.0.0.1:1", Code::UrlRefused),
        ("https://localhost", Code::UrlRefused),
        ("http://example.org", Code::UrlRefused),
        ("https://10.0.0.1", Code::UrlRefused),
        ("https://ada:pw@example.org", Code::SettingInvalid),
        ("not an address", Code::SettingInvalid),
        (&format!("{}/mastodon/i/moved", stage.base), Code::ConnectFailed),
        (&format!("{}/bluesky", stage.base), Code::ConnectFailed),
    ] {
        let began = stage
            .registry
            .begin(&ID, &instance(typed), &stage.context(&ID))
            .await;
        let Err(ConnectError::Refused(problem)) = began else {
            panic!("{typed}: {began:?}")
        };
        assert_eq!(problem.code, code, "{typed}: {problem:?}");
    }
}

#[tokio::test]
async fn one_app_serves_many_connections_until_the_instance_forgets_it() {
    let stage = Stage::open().await;
    stage.connect(&ID, "ada").await;
    stage.connect(&ID, "bob").await;
    let registrations = |stage: &Stage| {
        let requests = stage.sim.requests();
        requests
            .iter()
            .filter(|request| request.path.ends_with("/api/v1/apps"))
            .count()
    };
    assert_eq!(registrations(&stage), 1);
    stage
        .sim
        .configure(&json!({ "platform": "mastodon", "forget_apps": true }))
        .unwrap();
    stage.connect(&ID, "cy").await;
    assert_eq!(registrations(&stage), 2);
}

#[tokio::test]
async fn servers_that_ignore_the_key_are_asked_for_their_list() {
    let stage = Stage::open().await;
    let address = format!("{}/mastodon/i/nokey", stage.base);
    let account = stage.connect_with(&ID, "ada", instance(&address)).await;
    let words = "Hi @bob@elsewhere.example & all https://example.org/a?b=1&c=2\n\n#tag";
    let mut job = Job::new(&stage, &account, 2, vec![text(words)]);
    job.prepare().await.unwrap();
    stage.fault(&ID, Operation::Commit, FaultKind::LostAnswer);
    assert_eq!(job.commit().await.unwrap_err().class, ErrorClass::Unconfirmed);
    assert!(matches!(job.detect().await.unwrap(), Found::There(_)));
    assert_eq!(stage.journal(&ID).len(), 1);
}

#[tokio::test]
async fn files_that_fail_or_expire_are_noticed() {
    let stage = Stage::open().await;
    let account = stage.connect(&ID, "ada").await;
    stage
        .sim
        .configure(&json!({ "platform": "mastodon", "fail_processing": 1, "image_polls": 2 }))
        .unwrap();
    let mut job = Job::new(&stage, &account, 3, vec![text("x").with_image("door")]);
    let error = job.prepare().await.unwrap_err();
    assert_eq!(
        (error.class, error.code),
        (ErrorClass::Rejected, "media_processing_failed")
    );

    let mut first = Job::new(&stage, &account, 4, vec![text("first").with_image("door")]);
    first.prepare().await.unwrap();
    first.commit().await.unwrap();
    // The same upload cannot be used twice: the second post sends its own.
    let mut second = Job::new(&stage, &account, 5, vec![text("second").with_image("door")]);
    second.prepare().await.unwrap();
    second.commit().await.unwrap();
    assert_eq!(stage.journal(&ID).len(), 2);
}
