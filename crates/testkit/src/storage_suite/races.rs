//! Several units at the same time.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, ensure};
use futures::future::try_join_all;
use postern_domain::event::Event;
use postern_domain::id::{AnnouncementId, ChannelId, PublicationId};
use postern_domain::ports::{Announcement, CredentialRow, GrantLease, Remembered, Storage};
use postern_domain::post::{PostQuery, PostState};
use postern_domain::publication::{Publication, State};

use super::{ground, rules, store};
use crate::build::{HOME, NOW, a_channel, a_post, a_publication, next_id, seconds};

rules! {
    due_publications_are_leased_by_one_of_many
    announcements_are_taken_by_one_of_many
    one_of_many_makes_the_post_of_an_idempotency_key
    one_of_many_renews_a_grant
    sums_are_right_when_publications_of_a_post_end_together
}

/// How many act at once.
const ACTORS: usize = 4;

async fn due_publications_are_leased_by_one_of_many(storage: Arc<dyn Storage>) -> Result<()> {
    const DUE: usize = 500;
    let ground = ground(&storage).await?;
    let unit = storage.begin().await?;
    for number in 0..DUE + 50 {
        let mut publication = store(unit.as_ref(), &a_post(), &ground.channel).await?;
        publication.due_at = Some(if number < DUE { NOW } else { seconds(500) });
        unit.save_publications(&[publication]).await?;
    }
    unit.commit().await?;
    warm_up(&storage).await?;
    let claimers = (0..ACTORS).map(|_| lease_all(storage.clone()));
    let leased: Vec<PublicationId> = try_join_all(claimers).await?.concat();
    let distinct: HashSet<PublicationId> = leased.iter().copied().collect();
    assert_eq!((leased.len(), distinct.len()), (DUE, DUE));
    Ok(())
}

/// Leases batch after batch until a look without competitors finds nothing.
async fn lease_all(storage: Arc<dyn Storage>) -> Result<Vec<PublicationId>> {
    let mut leased = Vec::new();
    loop {
        let unit = storage.begin().await?;
        let mut due = unit.due(seconds(1), 20, 1_000).await?;
        for publication in &mut due {
            ensure!(
                publication.lease(seconds(1), seconds(60), Duration::from_hours(1))?,
                "not leased"
            );
        }
        unit.save_publications(&due).await?;
        unit.commit().await?;
        let is_done = due.is_empty() && storage.read().await?.due(seconds(1), 1, 1_000).await?.is_empty();
        leased.extend(due.iter().map(|publication| publication.id));
        if is_done {
            return Ok(leased);
        }
    }
}

async fn announcements_are_taken_by_one_of_many(storage: Arc<dyn Storage>) -> Result<()> {
    let all: Vec<Announcement> = (0..100)
        .map(|_| Announcement {
            id: AnnouncementId::from_bits(next_id()),
            event: Event::ScheduleChanged,
            traceparent: None,
            at: NOW,
        })
        .collect();
    let unit = storage.begin().await?;
    for one in &all {
        unit.announce(std::slice::from_ref(one)).await?;
    }
    unit.commit().await?;
    warm_up(&storage).await?;
    let relays = (0..ACTORS).map(|_| send_all(storage.clone()));
    let mut sent: Vec<AnnouncementId> = try_join_all(relays).await?.concat();
    sent.sort_unstable();
    assert_eq!(sent, all.iter().map(|it| it.id).collect::<Vec<_>>());
    Ok(())
}

async fn send_all(storage: Arc<dyn Storage>) -> Result<Vec<AnnouncementId>> {
    let mut sent = Vec::new();
    loop {
        let unit = storage.begin().await?;
        let ids: Vec<AnnouncementId> = unit.unsent(7).await?.iter().map(|it| it.id).collect();
        unit.mark_sent(&ids).await?;
        unit.commit().await?;
        let is_done = ids.is_empty() && storage.read().await?.unsent(1).await?.is_empty();
        sent.extend(ids);
        if is_done {
            return Ok(sent);
        }
    }
}

async fn one_of_many_makes_the_post_of_an_idempotency_key(storage: Arc<dyn Storage>) -> Result<()> {
    ground(&storage).await?;
    warm_up(&storage).await?;
    let requests = (0..ACTORS).map(|_| async {
        let post = a_post();
        let unit = storage.begin().await?;
        let remembered = unit.remember(HOME, "key", "digest", post.id, NOW).await?;
        if remembered == Remembered::Fresh {
            unit.insert_post(&post).await?;
        }
        unit.commit().await?;
        anyhow::Ok(remembered)
    });
    let answers = try_join_all(requests).await?;
    let fresh = answers
        .iter()
        .filter(|answer| **answer == Remembered::Fresh)
        .count();
    let replays: HashSet<String> = answers
        .iter()
        .filter(|answer| **answer != Remembered::Fresh)
        .map(|answer| format!("{answer:?}"))
        .collect();
    assert_eq!((fresh, replays.len()), (1, 1), "{answers:?}");
    Ok(())
}

async fn one_of_many_renews_a_grant(storage: Arc<dyn Storage>) -> Result<()> {
    let channel: ChannelId = ground(&storage).await?.channel.id;
    let unit = storage.begin().await?;
    let row = CredentialRow {
        channel,
        version: 1,
        sealed: vec![1],
        expires_at: None,
        ends_at: None,
        renew_at: None,
    };
    unit.put_credential(&row).await?;
    unit.commit().await?;
    warm_up(&storage).await?;
    let callers = (0..ACTORS).map(|_| async {
        let unit = storage.begin().await?;
        let answer = unit.lease_grant(channel, 1, NOW, seconds(30)).await?;
        unit.commit().await?;
        anyhow::Ok(matches!(answer, Some(GrantLease::Taken(_))))
    });
    let taken = try_join_all(callers).await?;
    assert_eq!(taken.iter().filter(|taken| **taken).count(), 1);
    Ok(())
}

async fn sums_are_right_when_publications_of_a_post_end_together(storage: Arc<dyn Storage>) -> Result<()> {
    let ground = ground(&storage).await?;
    let mut channels = vec![ground.channel];
    let unit = storage.begin().await?;
    for _ in 1..ACTORS {
        let channel = a_channel("test");
        unit.insert_channel(&channel).await?;
        channels.push(channel);
    }
    unit.commit().await?;
    warm_up(&storage).await?;
    for round in 1..=20 {
        let post = a_post();
        let all: Vec<Publication> = channels
            .iter()
            .map(|channel| a_publication(&post, channel))
            .collect();
        let unit = storage.begin().await?;
        unit.insert_post(&post).await?;
        unit.insert_publications(&all).await?;
        unit.commit().await?;
        try_join_all(all.iter().map(|publication| finish(&storage, publication.id))).await?;
        let query = PostQuery {
            states: vec![PostState::Published],
            limit: 50,
            ..PostQuery::default()
        };
        assert_eq!(
            storage.read().await?.posts(HOME, &query).await?.items.len(),
            round
        );
    }
    Ok(())
}

/// Opens a connection for each actor, so that none is held up by that later.
async fn warm_up(storage: &Arc<dyn Storage>) -> Result<()> {
    let units = try_join_all((0..ACTORS).map(|_| storage.read())).await?;
    for unit in &units {
        unit.all_workspaces().await?;
    }
    Ok(())
}

async fn finish(storage: &Arc<dyn Storage>, id: PublicationId) -> Result<()> {
    let unit = storage.begin().await?;
    let held = unit.publication(HOME, id).await?;
    let out = held.map(|held| Publication {
        state: State::Published,
        due_at: None,
        ..held
    });
    let sums = unit.save_publications(out.as_slice()).await?;
    ensure!(sums.len() == 1, "no sum of the post");
    unit.commit().await?;
    Ok(())
}
