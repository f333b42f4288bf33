//! API keys.

use std::time::Duration;

use postern_domain::actor::Scope;
use postern_domain::key::NewKey;
use postern_domain::ports::{Clock, Keys};
use postern_domain::secret::Secret;
use postern_domain::{BackendError, Code};

use crate::desk::Desk;

fn new_key(scopes: &[Scope]) -> NewKey {
    NewKey {
        name: "laptop".into(),
        scopes: scopes.to_vec(),
        expires_at: None,
    }
}

#[tokio::test]
async fn a_key_opens_its_workspace_until_it_is_revoked() {
    let desk = Desk::new().await;
    let created = desk
        .app
        .create_key(&desk.actor, new_key(&[Scope::PostsRead]))
        .await
        .unwrap();
    assert!(created.text.reveal().starts_with("ptz_") && created.text.reveal().len() == 44);
    let actor = desk.app.authenticate(created.text.clone()).await.unwrap();
    assert_eq!(
        (actor.workspace, actor.scopes.as_slice()),
        (desk.actor.workspace, &[Scope::PostsRead][..])
    );
    desk.app.revoke_key(&desk.actor, created.key.id).await.unwrap();
    assert_eq!(
        desk.app.authenticate(created.text).await,
        Err(BackendError::Unauthenticated)
    );
}

#[tokio::test]
async fn a_key_that_another_process_revoked_opens_nothing_two_seconds_later() {
    let desk = Desk::new().await;
    let created = desk
        .app
        .create_key(&desk.actor, new_key(&[Scope::PostsRead]))
        .await
        .unwrap();
    assert!(desk.app.authenticate(created.text.clone()).await.is_ok());
    let unit = desk.database.storage().begin().await.unwrap();
    let now = desk.clock.now();
    assert_eq!(
        unit.revoke_key(desk.actor.workspace, created.key.id, now).await,
        Ok(true)
    );
    unit.commit().await.unwrap();
    desk.clock.advance(Duration::from_secs(2));
    assert_eq!(
        desk.app.authenticate(created.text).await,
        Err(BackendError::Unauthenticated)
    );
}

#[tokio::test]
async fn keys_end_by_themselves_and_unknown_ones_open_nothing() {
    let desk = Desk::new().await;
    let end = desk.clock.now().plus(Duration::from_mins(1));
    let key = NewKey {
        expires_at: Some(end),
        ..new_key(&[Scope::PostsRead])
    };
    let created = desk.app.create_key(&desk.actor, key).await.unwrap();
    assert!(desk.app.authenticate(created.text.clone()).await.is_ok());
    desk.clock.advance(Duration::from_mins(1));
    for text in [created.text, Secret::new("ptz_unknown"), Secret::new("")] {
        assert_eq!(
            desk.app.authenticate(text).await,
            Err(BackendError::Unauthenticated)
        );
    }
}

#[tokio::test]
async fn a_key_without_name_or_scope_is_refused_for_both_reasons() {
    let desk = Desk::new().await;
    let key = NewKey {
        name: " ".into(),
        ..new_key(&[])
    };
    let error = desk.app.create_key(&desk.actor, key).await.unwrap_err();
    let codes: Vec<Code> = error.problems().iter().map(|problem| problem.code).collect();
    assert_eq!(codes, [Code::NameInvalid, Code::ScopeUnknown]);
}

#[tokio::test]
async fn confirmations_are_single_use() {
    let desk = Desk::new().await;
    let ttl = Duration::from_mins(10);
    assert!(desk.app.claim_once(&desk.actor, "t".into(), ttl).await.unwrap());
    assert!(!desk.app.claim_once(&desk.actor, "t".into(), ttl).await.unwrap());
    assert!(desk.app.claim_once(&desk.actor, "u".into(), ttl).await.unwrap());
}
