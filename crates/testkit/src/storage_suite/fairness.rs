//! Channels take turns, and none takes everything.

use std::sync::Arc;

use anyhow::Result;
use postern_domain::channel::Channel;
use postern_domain::id::{ChannelId, PublicationId};
use postern_domain::ports::{HowMany, Storage, Unit};
use postern_domain::publication::{Publication, State};
use postern_domain::rate::{Budget, Planned};

use super::{ground, rules, store};
use crate::build::{HOME, a_channel, a_post, seconds};

rules! {
    a_channel_with_much_to_send_does_not_keep_others_waiting
    no_channel_has_more_in_hand_than_allowed
    what_waited_for_the_same_moment_goes_in_its_own_order
    plans_are_summed_up_by_channel_and_by_provider
}

/// Stores publications of a channel that are due at these seconds, and were meant for the second of each pair.
async fn plan(
    unit: &dyn Unit,
    channel: &Channel,
    times: impl IntoIterator<Item = (i64, i64)>,
) -> Result<Vec<PublicationId>> {
    let mut ids = Vec::new();
    for (due, meant) in times {
        let publication = store(unit, &a_post(), channel).await?;
        ids.push(publication.id);
        let planned = Publication {
            publish_at: Some(seconds(meant)),
            due_at: Some(seconds(due)),
            ..publication
        };
        unit.save_publications(&[planned]).await?;
    }
    Ok(ids)
}

fn of(publications: &[Publication], channel: ChannelId) -> Vec<PublicationId> {
    let own = publications.iter().filter(|it| it.channel == channel);
    own.map(|it| it.id).collect()
}

async fn a_channel_with_much_to_send_does_not_keep_others_waiting(storage: Arc<dyn Storage>) -> Result<()> {
    let ground = ground(&storage).await?;
    let (second, third) = (a_channel("test"), a_channel("test"));
    let unit = storage.begin().await?;
    unit.insert_channel(&second).await?;
    unit.insert_channel(&third).await?;
    let first = plan(unit.as_ref(), &ground.channel, (0..30).map(|at| (at, at))).await?;
    let two = plan(unit.as_ref(), &second, [(50, 50), (51, 51)]).await?;
    plan(unit.as_ref(), &third, [(200, 200)]).await?;
    let due = unit.due(seconds(100), 10, 100).await?;
    assert_eq!(of(&due, ground.channel.id), first[..8]);
    assert_eq!(of(&due, second.id), two);
    assert_eq!(of(&due, third.id), []);
    assert!(due.is_sorted_by_key(|it| it.due_at));
    Ok(())
}

async fn no_channel_has_more_in_hand_than_allowed(storage: Arc<dyn Storage>) -> Result<()> {
    let ground = ground(&storage).await?;
    let unit = storage.begin().await?;
    let all = plan(unit.as_ref(), &ground.channel, (0..12).map(|at| (at, at))).await?;
    let mut leased = unit.publications_by_id(&all[..3]).await?;
    for publication in &mut leased {
        publication.state = State::Leased;
        publication.due_at = None;
        publication.lease_until = Some(seconds(900));
    }
    unit.save_publications(&leased).await?;
    // Both where everything fits into the answer and where it does not.
    for (limit, in_hand, expected) in [
        (100, 5, &all[3..5]),
        (4, 5, &all[3..5]),
        (4, 100, &all[3..7]),
        (100, 3, &[]),
        (4, 2, &[]),
    ] {
        let due = unit.due(seconds(100), limit, in_hand).await?;
        assert_eq!(of(&due, ground.channel.id), expected, "{limit} {in_hand}");
    }
    Ok(())
}

async fn what_waited_for_the_same_moment_goes_in_its_own_order(storage: Arc<dyn Storage>) -> Result<()> {
    let ground = ground(&storage).await?;
    let unit = storage.begin().await?;
    let times = [(60, 5), (60, 3), (60, 4), (61, 1)];
    let all = plan(unit.as_ref(), &ground.channel, times).await?;
    for (limit, expected) in [
        (100, vec![all[1], all[2], all[0], all[3]]),
        (2, vec![all[1], all[2]]),
    ] {
        let due = unit.due(seconds(100), limit, 100).await?;
        assert_eq!(of(&due, ground.channel.id), expected, "{limit}");
    }
    Ok(())
}

async fn plans_are_summed_up_by_channel_and_by_provider(storage: Arc<dyn Storage>) -> Result<()> {
    let ground = ground(&storage).await?;
    let abroad = Channel {
        workspace: ground.other.id,
        ..a_channel("test")
    };
    let foreign = a_channel("another");
    let unit = storage.begin().await?;
    for channel in [&abroad, &foreign] {
        unit.insert_channel(channel).await?;
    }
    let own = plan(
        unit.as_ref(),
        &ground.channel,
        [(10, 10), (20, 20), (20, 20), (30, 30), (40, 40)],
    )
    .await?;
    plan(unit.as_ref(), &foreign, [(20, 20)]).await?;
    let there = store(unit.as_ref(), &a_post(), &abroad).await?;
    let there = Publication {
        publish_at: Some(seconds(20)),
        state: State::Published,
        entries: 5,
        ..there
    };
    let mut draft = unit.publications_by_id(&own[3..4]).await?.remove(0);
    draft.state = State::Draft;
    unit.save_publications(&[there, draft]).await?;
    let channel = Budget::Channel {
        workspace: HOME,
        channel: ground.channel.id,
    };
    let sum = |at: i64, entries: u32| Planned {
        at: seconds(at),
        entries,
    };
    let planned = unit.planned(&channel, seconds(10), seconds(41)).await?;
    assert_eq!(planned, [sum(20, 2), sum(40, 1)]);
    let app = Budget::App(ground.channel.provider.clone());
    let planned = unit.planned(&app, seconds(9), seconds(40)).await?;
    assert_eq!(planned, [sum(10, 1), sum(20, 7)]);
    let elsewhere = Budget::Channel {
        workspace: ground.other.id,
        channel: ground.channel.id,
    };
    assert_eq!(unit.planned(&elsewhere, seconds(0), seconds(99)).await?, []);
    let how_many = |budget: &Budget, from: i64, until: i64| HowMany {
        budget: budget.clone(),
        from: seconds(from),
        until: seconds(until),
        most: 99,
    };
    let mut questions = vec![how_many(&channel, 10, 41), how_many(&app, 9, 40)];
    questions.extend([how_many(&elsewhere, 0, 99), how_many(&channel, 10, 20)]);
    assert_eq!(unit.planned_up_to(&questions).await?, [3, 8, 0, 0]);
    // Counting ends above what is asked about.
    let one = HowMany {
        most: 1,
        ..how_many(&channel, 0, 99)
    };
    let many = vec![one; 9];
    assert_eq!(unit.planned_up_to(&many).await?, [2; 9]);
    assert_eq!(unit.planned_up_to(&[]).await?, [] as [u64; 0]);
    Ok(())
}
