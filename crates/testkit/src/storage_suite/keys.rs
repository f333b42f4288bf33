//! API keys.

use std::sync::Arc;

use anyhow::Result;
use postern_domain::actor::Scope;
use postern_domain::key::ApiKey;
use postern_domain::ports::{PersonRow, Storage, StorageError};

use super::{ground, rules};
use crate::build::{HOME, a_key, a_person, seconds};

rules! {
    keys_are_found_by_their_digest_until_they_are_revoked
    digests_are_taken_once
    keys_are_told_newest_first_to_their_workspace
    the_last_use_only_moves_forward
}

async fn keys_are_found_by_their_digest_until_they_are_revoked(storage: Arc<dyn Storage>) -> Result<()> {
    let ground = ground(&storage).await?;
    let unit = storage.begin().await?;
    let person = a_person();
    let row = PersonRow {
        person: person.clone(),
        password_hash: String::new(),
    };
    unit.insert_person(&row).await?;
    let key = ApiKey {
        scopes: Scope::ALL.to_vec(),
        expires_at: Some(seconds(60)),
        ..a_key()
    };
    unit.insert_key(&key, &[7; 32], Some(person.id)).await?;
    assert_eq!(
        unit.key_by_digest(&[7; 32]).await?,
        Some((key.clone(), Some(person.id)))
    );
    assert_eq!(unit.key_by_digest(&[8; 32]).await?, None);
    assert!(!unit.revoke_key(ground.other.id, key.id, seconds(1)).await?);
    assert!(unit.revoke_key(HOME, key.id, seconds(1)).await?);
    assert!(!unit.revoke_key(HOME, key.id, seconds(2)).await?);
    assert_eq!(unit.key_by_digest(&[7; 32]).await?, None);
    Ok(())
}

async fn digests_are_taken_once(storage: Arc<dyn Storage>) -> Result<()> {
    ground(&storage).await?;
    let unit = storage.begin().await?;
    unit.insert_key(&a_key(), &[7; 32], None).await?;
    let refused = unit.insert_key(&a_key(), &[7; 32], None).await;
    assert_eq!(
        refused,
        Err(StorageError::Conflict {
            what: "api_key".to_owned()
        })
    );
    Ok(())
}

async fn keys_are_told_newest_first_to_their_workspace(storage: Arc<dyn Storage>) -> Result<()> {
    let ground = ground(&storage).await?;
    let unit = storage.begin().await?;
    let (older, newer) = (
        a_key(),
        ApiKey {
            created_at: seconds(1),
            ..a_key()
        },
    );
    unit.insert_key(&newer, &[1; 32], None).await?;
    unit.insert_key(&older, &[2; 32], None).await?;
    assert_eq!(unit.keys(HOME).await?, [newer.clone(), older]);
    assert_eq!(unit.keys(ground.other.id).await?, []);
    unit.revoke_key(HOME, newer.id, seconds(2)).await?;
    assert_eq!(unit.keys(HOME).await?.len(), 1);
    Ok(())
}

async fn the_last_use_only_moves_forward(storage: Arc<dyn Storage>) -> Result<()> {
    ground(&storage).await?;
    let unit = storage.begin().await?;
    let key = a_key();
    unit.insert_key(&key, &[1; 32], None).await?;
    for (at, seen) in [(10, 10), (5, 10), (20, 20)] {
        unit.touch_key(key.id, seconds(at)).await?;
        let last = unit.keys(HOME).await?.pop().and_then(|key| key.last_used_at);
        assert_eq!(last, Some(seconds(seen)));
    }
    Ok(())
}
