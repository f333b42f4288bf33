//! Channels, groups and slots.

use std::sync::Arc;

use anyhow::Result;
use postern_domain::channel::{Channel, DEFAULT_SLOTS, Health, Slot};
use postern_domain::id::GroupId;
use postern_domain::manifest::ProviderId;
use postern_domain::ports::{CredentialRow, Storage, StorageError};
use postern_domain::value::{Settings, Value};

use super::{ground, rules};
use crate::build::{HOME, a_channel, next_id, seconds};

rules! {
    channels_read_back_and_change
    an_account_is_connected_once_until_it_is_removed
    other_workspaces_see_no_channel
    a_removed_channel_forgets_its_credential
    groups_are_made_once_by_name
    slots_are_replaced_in_their_order
}

async fn channels_read_back_and_change(storage: Arc<dyn Storage>) -> Result<()> {
    let ground = ground(&storage).await?;
    let unit = storage.begin().await?;
    assert_eq!(
        unit.channel(HOME, ground.channel.id).await?,
        Some(ground.channel.clone())
    );
    let group = unit
        .ensure_group(HOME, GroupId::from_bits(next_id()), "Brand")
        .await?;
    let changed = Channel {
        name: "New name".to_owned(),
        picture: Some("https://pictures.test/a.png".to_owned()),
        health: Health::NeedsReconnect {
            reason: "the access was withdrawn".to_owned(),
            since: seconds(5),
        },
        disabled: true,
        details: Value::Map(Settings::from([("host".to_owned(), Value::from("a.test"))])),
        group: Some(group),
        grant_expires_at: Some(seconds(100)),
        ..ground.channel.clone()
    };
    unit.update_channel(&changed).await?;
    assert_eq!(unit.channel(HOME, changed.id).await?, Some(changed.clone()));
    let later = Channel {
        created_at: seconds(1),
        ..a_channel("test")
    };
    unit.insert_channel(&later).await?;
    assert_eq!(unit.channels(HOME).await?, [changed.clone(), later]);
    let missing = unit.update_channel(&a_channel("test")).await;
    assert_eq!(
        missing,
        Err(StorageError::Conflict {
            what: "channel".to_owned()
        })
    );
    Ok(())
}

async fn an_account_is_connected_once_until_it_is_removed(storage: Arc<dyn Storage>) -> Result<()> {
    let ground = ground(&storage).await?;
    let twin = Channel {
        remote_id: ground.channel.remote_id.clone(),
        ..a_channel("test")
    };
    let unit = storage.begin().await?;
    let refused = unit.insert_channel(&twin).await;
    assert_eq!(
        refused,
        Err(StorageError::Conflict {
            what: "channel".to_owned()
        })
    );
    drop(unit);
    let unit = storage.begin().await?;
    let elsewhere = Channel {
        workspace: ground.other.id,
        id: a_channel("test").id,
        ..twin.clone()
    };
    unit.insert_channel(&elsewhere).await?;
    assert!(unit.remove_channel(HOME, ground.channel.id, seconds(1)).await?);
    unit.insert_channel(&twin).await?;
    let found = unit
        .channel_by_remote(HOME, &ProviderId::of("test"), &twin.remote_id)
        .await?;
    assert_eq!(found, Some(twin));
    Ok(())
}

async fn other_workspaces_see_no_channel(storage: Arc<dyn Storage>) -> Result<()> {
    let ground = ground(&storage).await?;
    let (other, channel) = (ground.other.id, ground.channel);
    let unit = storage.begin().await?;
    assert_eq!(unit.channel(other, channel.id).await?, None);
    assert_eq!(unit.channels(other).await?, []);
    assert_eq!(
        unit.channel_by_remote(other, &channel.provider, &channel.remote_id)
            .await?,
        None
    );
    assert!(!unit.remove_channel(other, channel.id, seconds(1)).await?);
    let foreign = Channel {
        workspace: other,
        name: "Taken over".to_owned(),
        ..channel.clone()
    };
    assert!(unit.update_channel(&foreign).await.is_err());
    assert_eq!(unit.channels_by_id(&[channel.id]).await?, [channel]);
    Ok(())
}

async fn a_removed_channel_forgets_its_credential(storage: Arc<dyn Storage>) -> Result<()> {
    let ground = ground(&storage).await?;
    let id = ground.channel.id;
    let unit = storage.begin().await?;
    let row = CredentialRow {
        channel: id,
        version: 1,
        sealed: vec![1],
        expires_at: None,
        ends_at: None,
        renew_at: None,
    };
    unit.put_credential(&row).await?;
    assert!(unit.remove_channel(HOME, id, seconds(1)).await?);
    assert!(!unit.remove_channel(HOME, id, seconds(2)).await?);
    assert_eq!(unit.credentials(&[id]).await?, []);
    assert_eq!(unit.channel(HOME, id).await?, None);
    assert_eq!(unit.channels(HOME).await?, []);
    assert_eq!(unit.channels_by_id(&[id]).await?, [ground.channel]);
    Ok(())
}

async fn groups_are_made_once_by_name(storage: Arc<dyn Storage>) -> Result<()> {
    let ground = ground(&storage).await?;
    let unit = storage.begin().await?;
    let new = || GroupId::from_bits(next_id());
    let brand = unit.ensure_group(HOME, new(), "Brand").await?;
    assert_eq!(unit.ensure_group(HOME, new(), "Brand").await?, brand);
    assert_ne!(unit.ensure_group(ground.other.id, new(), "Brand").await?, brand);
    unit.ensure_group(HOME, new(), "Alpha").await?;
    let names: Vec<String> = unit
        .groups(HOME)
        .await?
        .into_iter()
        .map(|group| group.name)
        .collect();
    assert_eq!(names, ["Alpha", "Brand"]);
    Ok(())
}

async fn slots_are_replaced_in_their_order(storage: Arc<dyn Storage>) -> Result<()> {
    let ground = ground(&storage).await?;
    let id = ground.channel.id;
    let unit = storage.begin().await?;
    assert_eq!(unit.slots(id).await?, []);
    unit.set_slots(id, &DEFAULT_SLOTS).await?;
    assert_eq!(unit.slots(id).await?, DEFAULT_SLOTS);
    let sunday = Slot {
        weekday: Some(7),
        minute: 1439,
    };
    unit.set_slots(id, &[sunday, DEFAULT_SLOTS[0]]).await?;
    assert_eq!(unit.slots(id).await?, [sunday, DEFAULT_SLOTS[0]]);
    unit.set_slots(id, &[]).await?;
    assert_eq!(unit.slots(id).await?, []);
    Ok(())
}
