//! Pauses, resumptions, what they hold, and the single columns that pauses share with others.

use std::sync::Arc;

use anyhow::{Context, Result};
use postern_domain::channel::Health;
use postern_domain::id::PublicationId;
use postern_domain::pause::{CatchUp, Pause, PauseScope, Resumption};
use postern_domain::ports::Storage;
use postern_domain::publication::Publication;

use super::{ground, rules, store};
use crate::build::{HOME, NOW, a_channel, a_post, seconds};

rules! {
    pauses_in_force_are_told_from_the_widest
    a_pause_keeps_its_beginning_until_it_ends
    a_resumption_stands_in_the_place_of_its_pause
    held_publications_are_found_by_scope_and_in_order
    switches_of_a_channel_change_nothing_else_of_it
    the_oldest_workspace_is_the_first
}

fn pause(scope: PauseScope, after: i64) -> Pause {
    Pause {
        scope,
        since: seconds(after),
        by: "Ada".to_owned(),
    }
}

async fn pauses_in_force_are_told_from_the_widest(storage: Arc<dyn Storage>) -> Result<()> {
    let ground = ground(&storage).await?;
    let unit = storage.begin().await?;
    let channel = pause(PauseScope::Channel(ground.channel.id), 1);
    let home = pause(PauseScope::Workspace(HOME), 2);
    let other = pause(PauseScope::Workspace(ground.other.id), 3);
    let instance = pause(PauseScope::Instance, 4);
    assert_eq!(unit.put_pause(&channel, Some(HOME)).await?, channel);
    unit.put_pause(&home, Some(HOME)).await?;
    unit.put_pause(&other, Some(ground.other.id)).await?;
    unit.put_pause(&instance, None).await?;
    assert_eq!(
        unit.pauses(&[HOME]).await?,
        [instance.clone(), home, channel.clone()]
    );
    assert_eq!(unit.pauses(&[]).await?, std::slice::from_ref(&instance));
    unit.remove_channel(HOME, ground.channel.id, NOW).await?;
    let left: Vec<_> = unit.pauses(&[HOME, ground.other.id]).await?;
    assert!(!left.contains(&channel), "{left:?}");
    assert_eq!(left.len(), 3);
    Ok(())
}

async fn a_pause_keeps_its_beginning_until_it_ends(storage: Arc<dyn Storage>) -> Result<()> {
    ground(&storage).await?;
    let unit = storage.begin().await?;
    let scope = PauseScope::Workspace(HOME);
    let first = pause(scope, 1);
    unit.put_pause(&first, Some(HOME)).await?;
    assert_eq!(unit.put_pause(&pause(scope, 9), Some(HOME)).await?, first);
    let resumption = Resumption {
        scope,
        catch_up: CatchUp::Send,
    };
    unit.put_resumption(&resumption, Some(HOME)).await?;
    let anew = pause(scope, 9);
    assert_eq!(unit.put_pause(&anew, Some(HOME)).await?, anew);
    assert_eq!(unit.resumption(scope).await?, None);
    Ok(())
}

async fn a_resumption_stands_in_the_place_of_its_pause(storage: Arc<dyn Storage>) -> Result<()> {
    let ground = ground(&storage).await?;
    let unit = storage.begin().await?;
    let of = |scope, catch_up| Resumption { scope, catch_up };
    let home = of(PauseScope::Workspace(HOME), CatchUp::Miss);
    // A channel that is connected again was held without a pause.
    let channel = of(PauseScope::Channel(ground.channel.id), CatchUp::Rule);
    unit.put_pause(&pause(home.scope, 1), Some(HOME)).await?;
    unit.put_resumption(&home, Some(HOME)).await?;
    unit.put_resumption(&channel, Some(HOME)).await?;
    assert_eq!(unit.pauses(&[HOME]).await?, []);
    let mut open = unit.resumptions(10).await?;
    open.sort_by_key(|it| it.scope);
    assert_eq!(open, [channel, home]);
    assert_eq!(unit.resumptions(1).await?.len(), 1);
    assert_eq!(unit.resumption(home.scope).await?, Some(home));
    unit.delete_resumption(home.scope).await?;
    assert_eq!(unit.resumption(home.scope).await?, None);
    // A pause is not what this forgets.
    unit.put_pause(&pause(PauseScope::Instance, 2), None).await?;
    unit.delete_resumption(PauseScope::Instance).await?;
    assert_eq!(unit.pauses(&[]).await?.len(), 1);
    Ok(())
}

async fn held_publications_are_found_by_scope_and_in_order(storage: Arc<dyn Storage>) -> Result<()> {
    let ground = ground(&storage).await?;
    let second = a_channel("test");
    let unit = storage.begin().await?;
    unit.insert_channel(&second).await?;
    let mut ids = Vec::new();
    for (channel, is_held) in [(&ground.channel, true), (&second, true), (&ground.channel, false)] {
        let mut publication = store(unit.as_ref(), &a_post(), channel).await?;
        if is_held {
            publication.hold(NOW)?;
            unit.save_publications(&[publication.clone()]).await?;
        }
        ids.push(publication.id);
    }
    let told = |found: Vec<Publication>| found.into_iter().map(|it| it.id).collect::<Vec<PublicationId>>();
    for (scope, want) in [
        (PauseScope::Instance, vec![ids[0], ids[1]]),
        (PauseScope::Workspace(HOME), vec![ids[0], ids[1]]),
        (PauseScope::Workspace(ground.other.id), vec![]),
        (PauseScope::Channel(second.id), vec![ids[1]]),
    ] {
        assert_eq!(told(unit.held(scope, None, 10).await?), want, "{scope}");
    }
    assert_eq!(told(unit.held(PauseScope::Instance, None, 1).await?), [ids[0]]);
    assert_eq!(
        told(unit.held(PauseScope::Instance, Some(ids[0]), 9).await?),
        [ids[1]]
    );
    Ok(())
}

async fn switches_of_a_channel_change_nothing_else_of_it(storage: Arc<dyn Storage>) -> Result<()> {
    let ground = ground(&storage).await?;
    let id = ground.channel.id;
    let unit = storage.begin().await?;
    let lost = unit
        .mark_channel_lost(id, "revoked", seconds(1))
        .await?
        .context("it was connected")?;
    let health = Health::NeedsReconnect {
        reason: "revoked".to_owned(),
        since: seconds(1),
    };
    assert_eq!(lost.health, health);
    assert_eq!(unit.mark_channel_lost(id, "again", seconds(2)).await?, None);
    let paused = unit
        .set_channel_disabled(HOME, id, true)
        .await?
        .context("it is there")?;
    assert!(paused.disabled);
    assert_eq!(paused.health, health);
    assert_eq!(unit.set_channel_disabled(ground.other.id, id, false).await?, None);
    unit.set_grant_end(id, Some(seconds(9))).await?;
    let now = unit.channel(HOME, id).await?.context("it is there")?;
    assert_eq!((now.disabled, now.grant_expires_at), (true, Some(seconds(9))));
    assert_eq!(now.health, health);
    Ok(())
}

async fn the_oldest_workspace_is_the_first(storage: Arc<dyn Storage>) -> Result<()> {
    let unit = storage.begin().await?;
    assert_eq!(unit.first_workspace().await?, None);
    drop(unit);
    ground(&storage).await?;
    let unit = storage.read().await?;
    let all = unit.all_workspaces().await?;
    assert_eq!(unit.first_workspace().await?, all.first().cloned());
    Ok(())
}
