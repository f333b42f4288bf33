//! Credentials, the right to renew them, and connections under way.

use std::sync::Arc;

use anyhow::Result;
use postern_domain::channel::{Channel, Health};
use postern_domain::id::ChannelId;
use postern_domain::manifest::ProviderId;
use postern_domain::ports::{
    AppRegistration, ConnectAttempt, CredentialRow, GrantLease, GrantWarning, Storage,
};

use super::{ground, rules};
use crate::build::{HOME, NOW, a_channel, seconds};

rules! {
    a_credential_replaces_the_one_before
    one_caller_renews_a_grant_at_a_time
    a_grant_that_was_renewed_meanwhile_is_handed_over
    a_right_to_renew_lapses_and_can_be_given_back
    grants_to_renew_are_told_longest_first
    ending_grants_are_told_with_their_last_warning
    a_connection_is_finished_once_and_in_time
    an_app_is_remembered_per_purpose
}

fn credential(channel: ChannelId, version: u64) -> CredentialRow {
    CredentialRow {
        channel,
        version,
        sealed: vec![0, 255, u8::try_from(version).unwrap_or_default()],
        expires_at: Some(seconds(100)),
        ends_at: Some(seconds(9000)),
        renew_at: Some(seconds(90)),
    }
}

async fn a_credential_replaces_the_one_before(storage: Arc<dyn Storage>) -> Result<()> {
    let id = ground(&storage).await?.channel.id;
    let unit = storage.begin().await?;
    unit.put_credential(&credential(id, 1)).await?;
    unit.put_credential(&credential(id, 2)).await?;
    assert_eq!(unit.credentials(&[id]).await?, [credential(id, 2)]);
    assert_eq!(unit.credentials(&[]).await?, []);
    Ok(())
}

async fn one_caller_renews_a_grant_at_a_time(storage: Arc<dyn Storage>) -> Result<()> {
    let id = ground(&storage).await?.channel.id;
    let unit = storage.begin().await?;
    assert_eq!(unit.lease_grant(id, 1, NOW, seconds(30)).await?, None);
    unit.put_credential(&credential(id, 1)).await?;
    let first = unit.lease_grant(id, 1, NOW, seconds(30)).await?;
    assert_eq!(first, Some(GrantLease::Taken(credential(id, 1))));
    unit.commit().await?;
    let unit = storage.begin().await?;
    let second = unit.lease_grant(id, 1, seconds(1), seconds(31)).await?;
    assert_eq!(second, Some(GrantLease::Busy));
    Ok(())
}

async fn a_grant_that_was_renewed_meanwhile_is_handed_over(storage: Arc<dyn Storage>) -> Result<()> {
    let id = ground(&storage).await?.channel.id;
    let unit = storage.begin().await?;
    unit.put_credential(&credential(id, 1)).await?;
    unit.lease_grant(id, 1, NOW, seconds(30)).await?;
    unit.put_credential(&credential(id, 2)).await?;
    let late = unit.lease_grant(id, 1, seconds(1), seconds(31)).await?;
    assert_eq!(late, Some(GrantLease::Renewed(credential(id, 2))));
    // Storing the new credential gave the right back.
    let next = unit.lease_grant(id, 2, seconds(2), seconds(32)).await?;
    assert_eq!(next, Some(GrantLease::Taken(credential(id, 2))));
    Ok(())
}

async fn a_right_to_renew_lapses_and_can_be_given_back(storage: Arc<dyn Storage>) -> Result<()> {
    let id = ground(&storage).await?.channel.id;
    let unit = storage.begin().await?;
    unit.put_credential(&credential(id, 1)).await?;
    unit.lease_grant(id, 1, NOW, seconds(30)).await?;
    let after_lapse = unit.lease_grant(id, 1, seconds(30), seconds(60)).await?;
    assert!(
        matches!(after_lapse, Some(GrantLease::Taken(_))),
        "{after_lapse:?}"
    );
    unit.free_grant(id).await?;
    let after_return = unit.lease_grant(id, 1, seconds(31), seconds(60)).await?;
    assert!(
        matches!(after_return, Some(GrantLease::Taken(_))),
        "{after_return:?}"
    );
    Ok(())
}

async fn grants_to_renew_are_told_longest_first(storage: Arc<dyn Storage>) -> Result<()> {
    ground(&storage).await?;
    let unit = storage.begin().await?;
    let mut ids = Vec::new();
    for (health, renew) in [
        (Health::Connected, Some(50)),
        (Health::Connected, Some(40)),
        (Health::Connected, Some(101)),
        (Health::Connected, None),
        (Health::Connected, Some(30)),
        (lost(), Some(10)),
    ] {
        let channel = Channel {
            health,
            ..a_channel("test")
        };
        unit.insert_channel(&channel).await?;
        unit.put_credential(&CredentialRow {
            renew_at: renew.map(seconds),
            ..credential(channel.id, 1)
        })
        .await?;
        ids.push(channel.id);
    }
    unit.lease_grant(ids[4], 1, NOW, seconds(110)).await?;
    let told = |rows: Vec<CredentialRow>| rows.into_iter().map(|row| row.channel).collect::<Vec<_>>();
    assert_eq!(
        told(unit.grants_to_renew(seconds(100), 10).await?),
        [ids[1], ids[0]]
    );
    unit.free_grant(ids[4]).await?;
    assert_eq!(
        told(unit.grants_to_renew(seconds(100), 2).await?),
        [ids[4], ids[1]]
    );
    unit.remove_channel(HOME, ids[1], NOW).await?;
    assert_eq!(
        told(unit.grants_to_renew(seconds(101), 10).await?),
        [ids[4], ids[0], ids[2]]
    );
    assert_eq!(unit.grant_version(ids[0]).await?, Some(1));
    assert_eq!(unit.grant_version(ids[1]).await?, None);
    Ok(())
}

async fn ending_grants_are_told_with_their_last_warning(storage: Arc<dyn Storage>) -> Result<()> {
    ground(&storage).await?;
    let unit = storage.begin().await?;
    let mut ids = Vec::new();
    for (health, ends) in [
        (Health::Connected, Some(50)),
        (Health::Connected, Some(100)),
        (Health::Connected, None),
        (lost(), Some(10)),
        (Health::Connected, Some(20)),
    ] {
        let channel = Channel {
            health,
            grant_expires_at: ends.map(seconds),
            ..a_channel("test")
        };
        unit.insert_channel(&channel).await?;
        ids.push(channel.id);
    }
    let warning = |days| GrantWarning {
        channel: ids[4],
        ends_at: seconds(20),
        days,
    };
    unit.put_grant_warning(&warning(7), NOW).await?;
    unit.put_grant_warning(&warning(3), NOW).await?;
    let told = |rows: Vec<(Channel, Option<GrantWarning>)>| {
        let short = rows.into_iter().map(|(channel, warned)| (channel.id, warned));
        short.collect::<Vec<_>>()
    };
    let all = told(unit.grants_ending(seconds(100), None, 10).await?);
    assert_eq!(all, [(ids[0], None), (ids[4], Some(warning(3)))]);
    assert_eq!(told(unit.grants_ending(seconds(100), None, 1).await?), all[..1]);
    assert_eq!(
        told(unit.grants_ending(seconds(100), Some(ids[0]), 9).await?),
        all[1..]
    );
    Ok(())
}

fn lost() -> Health {
    Health::NeedsReconnect {
        reason: "gone".to_owned(),
        since: NOW,
    }
}

async fn a_connection_is_finished_once_and_in_time(storage: Arc<dyn Storage>) -> Result<()> {
    let ground = ground(&storage).await?;
    let provider = ProviderId::of("test");
    let attempt = |state: &str| ConnectAttempt {
        state: state.to_owned(),
        workspace: HOME,
        provider: provider.clone(),
        channel: Some(ground.channel.id),
        sealed: vec![9, 8, 7],
        expires_at: seconds(600),
    };
    let unit = storage.begin().await?;
    unit.insert_connect_attempt(&attempt("one")).await?;
    unit.insert_connect_attempt(&attempt("two")).await?;
    let foreign = ProviderId::of("other");
    assert_eq!(unit.take_connect_attempt(&foreign, "one", NOW).await?, None);
    let taken = unit.take_connect_attempt(&provider, "one", NOW).await?;
    assert_eq!(taken, Some(attempt("one")));
    assert_eq!(unit.take_connect_attempt(&provider, "one", NOW).await?, None);
    assert_eq!(
        unit.take_connect_attempt(&provider, "two", seconds(600)).await?,
        None
    );
    Ok(())
}

async fn an_app_is_remembered_per_purpose(storage: Arc<dyn Storage>) -> Result<()> {
    let provider = ProviderId::of("test");
    let app = |purpose: &str, sealed: u8| AppRegistration {
        provider: provider.clone(),
        purpose: purpose.to_owned(),
        sealed: vec![sealed],
    };
    let unit = storage.begin().await?;
    unit.put_app_registration(&app("a.test", 1)).await?;
    unit.put_app_registration(&app("b.test", 2)).await?;
    unit.put_app_registration(&app("a.test", 3)).await?;
    assert_eq!(
        unit.app_registration(&provider, "a.test").await?,
        Some(app("a.test", 3))
    );
    assert_eq!(
        unit.app_registration(&provider, "b.test").await?,
        Some(app("b.test", 2))
    );
    assert_eq!(unit.app_registration(&provider, "c.test").await?, None);
    Ok(())
}
