//! Connecting, refreshing, reading the account.

use postern_domain::ports::{BeganConnect, ConnectError, Connector, ProviderCatalog};
use postern_platform_sim::{FaultKind, Operation};

use crate::stage::{Stage, consent, fields};

#[tokio::test]
async fn every_provider_connects_and_reads_its_account() {
    let stage = Stage::open().await;
    for id in Stage::providers() {
        let account = stage.connect(&id, "ada").await;
        assert!(!account.channel.remote_id.is_empty(), "{id}");
        let names = format!("{} {}", account.channel.handle, account.channel.name).to_lowercase();
        assert!(names.contains("ada"), "{id}: {names}");
        let again = stage
            .registry
            .profile(&account.channel, &account.credential)
            .await
            .unwrap();
        assert_eq!(again.remote_id, account.channel.remote_id, "{id}");
        assert_eq!(again.details, account.channel.details, "{id}");
        assert!(stage.registry.configured(&id).is_ok(), "{id}");
    }
    stage.close();
}

#[tokio::test]
async fn two_accounts_of_a_platform_are_told_apart() {
    let stage = Stage::open().await;
    for id in Stage::providers() {
        let first = stage.connect(&id, "ada").await;
        let second = stage.connect(&id, "bob").await;
        assert_ne!(first.channel.remote_id, second.channel.remote_id, "{id}");
    }
}

#[tokio::test]
async fn refreshed_grants_work() {
    let stage = Stage::open().await;
    for id in Stage::providers() {
        let mut account = stage.connect(&id, "ada").await;
        let grant = stage
            .registry
            .refresh(&account.channel, &account.credential)
            .await
            .unwrap();
        account.credential.grant = grant.secret;
        let profile = stage
            .registry
            .profile(&account.channel, &account.credential)
            .await;
        assert!(profile.is_ok(), "{id}: {profile:?}");
    }
    stage.close();
}

#[tokio::test]
async fn a_platform_that_is_down_is_no_refusal() {
    let stage = Stage::open().await;
    for id in Stage::providers() {
        let account = stage.connect(&id, "ada").await;
        stage.fault(&id, Operation::Profile, FaultKind::Reset);
        let profile = stage
            .registry
            .profile(&account.channel, &account.credential)
            .await;
        assert!(
            matches!(profile, Err(ConnectError::Unreachable { .. })),
            "{id}: {profile:?}"
        );
    }
}

#[tokio::test]
async fn a_person_may_say_no() {
    let stage = Stage::open().await;
    for id in Stage::providers() {
        let context = stage.context(&id);
        let began = stage
            .registry
            .begin(&id, &fields(&id, "ada"), &context)
            .await
            .unwrap();
        let BeganConnect::Redirect(started) = began else {
            continue;
        };
        let mut answer = consent(&started.url, "ada").await;
        answer.code = None;
        answer.error = Some("access_denied".to_owned());
        let finished = stage
            .registry
            .finish(&id, &answer, &started.memory, &context)
            .await;
        assert!(
            matches!(finished, Err(ConnectError::Refused(_))),
            "{id}: {finished:?}"
        );
    }
}
