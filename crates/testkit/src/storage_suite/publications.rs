//! Publications, their releases and attempts.

use std::collections::HashSet;
use std::sync::Arc;

use anyhow::Result;
use postern_domain::failure::{ErrorClass, Failure, Trace};
use postern_domain::id::{AttemptId, PublicationId};
use postern_domain::ports::{AttemptRow, Saved, Storage};
use postern_domain::post::{Post, PostState};
use postern_domain::publication::{Armed, Attempt, Lease, Publication, Release, State, Step};
use postern_domain::time::{PublishAt, Timestamp, Zone};
use postern_domain::value::Value;

use super::{a_stored_publication, ground, rules, store};
use crate::build::{HOME, NOW, a_channel, a_post, next_id, seconds};

rules! {
    whole_publications_read_back
    many_are_stored_as_one
    what_was_stored_in_between_is_not_stored_over
    what_changes_in_a_workers_hand_is_stored_by_itself
    publications_of_posts_come_in_the_order_they_were_made
    what_is_due_comes_oldest_first
    what_has_lapsed_comes_oldest_first
    the_next_instant_is_the_earliest_of_both
    only_leases_that_are_held_are_extended
    publications_are_found_by_channel_and_state
    planned_times_leave_out_what_was_cancelled
    publications_are_found_by_state_and_by_time
    an_unknown_id_of_the_platform_is_told_once
    attempts_read_back_and_forget_what_platforms_said
}

fn failure() -> Failure {
    Failure {
        class: ErrorClass::RateLimited {
            until: Some(seconds(77)),
        },
        code: "rate_limited".to_owned(),
        provider_code: Some("429".to_owned()),
        provider_message: Some("slow down".to_owned()),
        cause: "too many posts".to_owned(),
        fix: "wait".to_owned(),
        attempt: 2,
        at: seconds(70),
    }
}

fn release(entry: u32) -> Release {
    Release {
        entry,
        remote_id: format!("remote-{entry}"),
        url: Some(format!("https://platform.test/{entry}")),
        carry: (entry > 0).then(|| r#"{"cid":"x"}"#.to_owned()),
        released_at: seconds(60 + i64::from(entry)),
    }
}

/// Everything a publication can hold is held.
fn full(publication: &Publication) -> Publication {
    Publication {
        state: State::Armed,
        due_at: Some(Timestamp::from_micros(seconds(61).as_micros() + 123_456)),
        fence: u64::from(u32::MAX) + 9,
        holder: Some("worker-1".to_owned()),
        lease_until: Some(seconds(90)),
        entry: 2,
        entries: 3,
        step: Some(Step(r#"{"container":"17"}"#.to_owned())),
        armed: Some(Armed {
            at: seconds(62),
            key: "key".to_owned(),
        }),
        run: 1,
        tries: 2,
        attempts: 3,
        detections: 1,
        failure: Some(failure()),
        releases: vec![release(0), release(1)],
        settings: [("title".to_owned(), Value::from("A title"))].into(),
        updated_at: seconds(63),
        published_at: Some(seconds(64)),
        ..publication.clone()
    }
}

async fn whole_publications_read_back(storage: Arc<dyn Storage>) -> Result<()> {
    let ground = ground(&storage).await?;
    let (_, fresh) = a_stored_publication(&storage, &ground.channel).await?;
    let unit = storage.begin().await?;
    assert_eq!(unit.publication(HOME, fresh.id).await?, Some(fresh.clone()));
    let mut full = full(&fresh);
    unit.save_publications(std::slice::from_ref(&full)).await?;
    full.revision += 1;
    assert_eq!(unit.publication(HOME, fresh.id).await?, Some(full.clone()));
    // A release that is there is never changed; a new one is added.
    full.releases.push(release(2));
    let mut twisted = full.clone();
    twisted.releases[0].remote_id.push_str(" twisted");
    unit.save_publications(&[twisted]).await?;
    unit.commit().await?;
    full.revision += 1;
    assert_eq!(
        storage.read().await?.publication(HOME, fresh.id).await?,
        Some(full)
    );
    Ok(())
}

async fn what_was_stored_in_between_is_not_stored_over(storage: Arc<dyn Storage>) -> Result<()> {
    let ground = ground(&storage).await?;
    let (_, one) = a_stored_publication(&storage, &ground.channel).await?;
    let (_, two) = a_stored_publication(&storage, &ground.channel).await?;
    let unit = storage.begin().await?;
    let saved = unit.save_unchanged(&[full(&one), full(&two)]).await?;
    assert_eq!(saved.stored, HashSet::from([one.id, two.id]));
    let mut sums = saved.sums;
    sums.sort_unstable_by_key(|(post, _)| *post);
    let mut posts = [one.post, two.post];
    posts.sort_unstable();
    assert_eq!(sums, posts.map(|post| (post, PostState::Publishing)));
    let read = unit.publications_by_id(&[one.id]).await?;
    assert_eq!(read[0].revision, one.revision + 1);
    // The first is stored once more by somebody else, the second is not.
    unit.save_publications(&read).await?;
    unit.commit().await?;
    let unit = storage.begin().await?;
    let stale = |publication: &Publication| Publication {
        attempts: 77,
        revision: publication.revision + 1,
        releases: vec![release(2)],
        ..full(publication)
    };
    let saved = unit.save_unchanged(&[stale(&one), stale(&two)]).await?;
    assert_eq!(saved.stored, HashSet::from([two.id]));
    assert_eq!(saved.sums.len(), 1);
    let now = unit.publications_by_id(&[one.id, two.id]).await?;
    let attempts: Vec<(u32, usize)> = now.iter().map(|it| (it.attempts, it.releases.len())).collect();
    assert_eq!(attempts, [(3, 2), (77, 3)]);
    assert_eq!(unit.save_unchanged(&[]).await?, Saved::default());
    unit.commit().await?;
    Ok(())
}

async fn what_changes_in_a_workers_hand_is_stored_by_itself(storage: Arc<dyn Storage>) -> Result<()> {
    let ground = ground(&storage).await?;
    let (_, one) = a_stored_publication(&storage, &ground.channel).await?;
    let (_, two) = a_stored_publication(&storage, &ground.channel).await?;
    let in_hand = |publication: &Publication| Publication {
        state: State::Armed,
        holder: Some("worker-1".to_owned()),
        lease_until: Some(seconds(900)),
        step: Some(Step("{}".to_owned())),
        armed: Some(Armed {
            at: seconds(800),
            key: "key".to_owned(),
        }),
        detections: 3,
        updated_at: seconds(801),
        ..publication.clone()
    };
    let stored = storage.save_in_hand(&[in_hand(&one), in_hand(&two)]).await?;
    assert_eq!(stored, HashSet::from([one.id, two.id]));
    let as_stored = |publication: &Publication| Publication {
        revision: publication.revision + 1,
        ..in_hand(publication)
    };
    let read = |id| {
        let storage = Arc::clone(&storage);
        async move { storage.read().await?.publication(HOME, id).await }
    };
    assert_eq!(read(one.id).await?, Some(as_stored(&one)));
    // Within a unit it is a part of it.
    let unit = storage.begin().await?;
    let again = Publication {
        detections: 4,
        ..as_stored(&two)
    };
    assert_eq!(
        unit.save_in_hand(std::slice::from_ref(&again)).await?,
        HashSet::from([two.id])
    );
    drop(unit);
    assert_eq!(read(two.id).await?, Some(as_stored(&two)));
    // Somebody stored the first in between.
    let late = Publication {
        step: Some(Step("late".to_owned())),
        ..in_hand(&one)
    };
    let stored = storage.save_in_hand(&[late, again]).await?;
    assert_eq!(stored, HashSet::from([two.id]));
    assert_eq!(read(one.id).await?, Some(as_stored(&one)));
    assert_eq!(storage.save_in_hand(&[]).await?, HashSet::new());
    Ok(())
}

async fn many_are_stored_as_one(storage: Arc<dyn Storage>) -> Result<()> {
    let ground = ground(&storage).await?;
    let unit = storage.begin().await?;
    let post = a_post();
    unit.insert_post(&post).await?;
    let mut all = Vec::new();
    for _ in 0..75 {
        all.push(crate::build::a_publication(&post, &ground.channel));
    }
    unit.insert_publications(&all).await?;
    assert_eq!(unit.publications_of(HOME, &[post.id]).await?, all);
    let mut full: Vec<Publication> = all.iter().map(full).collect();
    unit.save_publications(&full).await?;
    for publication in &mut full {
        publication.revision += 1;
    }
    let mut ids: Vec<PublicationId> = all.iter().map(|publication| publication.id).collect();
    assert_eq!(unit.publications_by_id(&ids).await?, full);
    let rest = ids.split_off(70);
    unit.delete_publications(&ids).await?;
    let left = unit.publications_of(HOME, &[post.id]).await?;
    assert_eq!(left.iter().map(|it| it.id).collect::<Vec<_>>(), rest);
    unit.save_publications(&[]).await?;
    unit.insert_publications(&[]).await?;
    unit.delete_publications(&[]).await?;
    Ok(())
}

async fn publications_of_posts_come_in_the_order_they_were_made(storage: Arc<dyn Storage>) -> Result<()> {
    let ground = ground(&storage).await?;
    let unit = storage.begin().await?;
    let (one, two) = (a_post(), a_post());
    let first = store(unit.as_ref(), &one, &ground.channel).await?;
    let second = store(unit.as_ref(), &two, &ground.channel).await?;
    let later = Publication {
        id: PublicationId::from_bits(5),
        channel: ground.channel.id,
        created_at: seconds(1),
        ..first.clone()
    };
    unit.insert_publications(std::slice::from_ref(&later)).await?;
    let found = unit.publications_of(HOME, &[two.id, one.id]).await?;
    assert_eq!(found, [first.clone(), second, later.clone()]);
    assert_eq!(unit.publications_of(HOME, &[one.id]).await?, [first, later]);
    assert_eq!(unit.publications_of(HOME, &[]).await?, []);
    Ok(())
}

/// Stores a publication for each state with its due instant and the end of its lease.
async fn store_states(
    storage: &Arc<dyn Storage>,
    rows: &[(State, Option<i64>, Option<i64>)],
) -> Result<Vec<PublicationId>> {
    let ground = ground(storage).await?;
    let unit = storage.begin().await?;
    let mut ids = Vec::new();
    for (state, due, lease) in rows {
        let publication = store(unit.as_ref(), &a_post(), &ground.channel).await?;
        let changed = Publication {
            state: *state,
            due_at: due.map(seconds),
            lease_until: lease.map(seconds),
            ..publication
        };
        ids.push(changed.id);
        unit.save_publications(&[changed]).await?;
    }
    unit.commit().await?;
    Ok(ids)
}

fn ids(publications: &[Publication]) -> Vec<PublicationId> {
    publications.iter().map(|publication| publication.id).collect()
}

/// More than a test leases.
const MANY: u32 = 1_000;

async fn what_is_due_comes_oldest_first(storage: Arc<dyn Storage>) -> Result<()> {
    let rows = [
        (State::Scheduled, Some(20), None),
        (State::Waiting, Some(10), None),
        (State::Unconfirmed, Some(30), None),
        (State::Scheduled, Some(31), None),
        (State::Held, Some(1), None),
        (State::Failed, None, None),
        (State::Leased, None, Some(5)),
    ];
    let all = store_states(&storage, &rows).await?;
    let unit = storage.begin().await?;
    assert_eq!(
        ids(&unit.due(seconds(30), 10, MANY).await?),
        [all[1], all[0], all[2]]
    );
    assert_eq!(ids(&unit.due(seconds(30), 2, MANY).await?), [all[1], all[0]]);
    assert_eq!(unit.due(seconds(9), 10, MANY).await?, []);
    Ok(())
}

async fn what_has_lapsed_comes_oldest_first(storage: Arc<dyn Storage>) -> Result<()> {
    let rows = [
        (State::Leased, None, Some(20)),
        (State::Preparing, None, Some(10)),
        (State::Armed, None, Some(30)),
        (State::Unconfirmed, None, Some(31)),
        (State::Scheduled, Some(1), None),
    ];
    let all = store_states(&storage, &rows).await?;
    let unit = storage.begin().await?;
    assert_eq!(
        ids(&unit.lapsed(seconds(30), 10).await?),
        [all[1], all[0], all[2]]
    );
    assert_eq!(ids(&unit.lapsed(seconds(40), 1).await?), [all[1]]);
    assert_eq!(unit.lapsed(seconds(9), 10).await?, []);
    Ok(())
}

async fn the_next_instant_is_the_earliest_of_both(storage: Arc<dyn Storage>) -> Result<()> {
    assert_eq!(storage.read().await?.next_due().await?, None);
    let rows = [
        (State::Scheduled, Some(20), None),
        (State::Preparing, None, Some(15)),
        (State::Held, Some(1), None),
        (State::Published, None, None),
    ];
    let all = store_states(&storage, &rows).await?;
    let unit = storage.begin().await?;
    assert_eq!(unit.next_due().await?, Some(seconds(15)));
    unit.delete_publications(&[all[1]]).await?;
    assert_eq!(unit.next_due().await?, Some(seconds(20)));
    Ok(())
}

async fn only_leases_that_are_held_are_extended(storage: Arc<dyn Storage>) -> Result<()> {
    let rows = [
        (State::Preparing, None, Some(10)),
        (State::Armed, None, Some(10)),
        (State::Scheduled, Some(5), None),
    ];
    let all = store_states(&storage, &rows).await?;
    let unit = storage.begin().await?;
    let lease = |index: usize, fence: u64| Lease {
        publication: all[index],
        fence,
    };
    let asked = [lease(1, 9), lease(2, 0), lease(0, 0)];
    assert_eq!(unit.extend_leases(&asked, seconds(99)).await?, [lease(0, 0)]);
    assert_eq!(unit.extend_leases(&[], seconds(99)).await?, []);
    let ends: Vec<Option<Timestamp>> = unit
        .publications_by_id(&all)
        .await?
        .into_iter()
        .map(|publication| publication.lease_until)
        .collect();
    assert_eq!(ends, [Some(seconds(99)), Some(seconds(10)), None]);
    Ok(())
}

async fn publications_are_found_by_channel_and_state(storage: Arc<dyn Storage>) -> Result<()> {
    let rows = [(State::Held, None, None), (State::Scheduled, Some(5), None)];
    let all = store_states(&storage, &rows).await?;
    let unit = storage.begin().await?;
    let channel = unit.publications_by_id(&all).await?[0].channel;
    assert_eq!(
        ids(&unit.publications_on(channel, &[State::Held]).await?),
        [all[0]]
    );
    assert_eq!(ids(&unit.publications_on(channel, &State::ALL).await?), all);
    assert_eq!(unit.publications_on(channel, &[]).await?, []);
    assert_eq!(unit.publications_on(a_channel("test").id, &State::ALL).await?, []);
    Ok(())
}

async fn planned_times_leave_out_what_was_cancelled(storage: Arc<dyn Storage>) -> Result<()> {
    let ground = ground(&storage).await?;
    let unit = storage.begin().await?;
    for (time, state) in [
        (30, State::Scheduled),
        (10, State::Published),
        (20, State::Cancelled),
        (40, State::Draft),
        (5, State::Scheduled),
    ] {
        let post = Post {
            publish_at: Some(PublishAt::at(seconds(time), Zone::utc())),
            ..a_post()
        };
        let publication = store(unit.as_ref(), &post, &ground.channel).await?;
        unit.save_publications(&[Publication { state, ..publication }])
            .await?;
    }
    let id = ground.channel.id;
    let planned = unit.planned_times(id, seconds(10), seconds(40)).await?;
    assert_eq!(planned, [seconds(10), seconds(30)]);
    assert_eq!(
        unit.planned_times(a_channel("test").id, NOW, seconds(99)).await?,
        []
    );
    Ok(())
}

async fn publications_are_found_by_state_and_by_time(storage: Arc<dyn Storage>) -> Result<()> {
    let ground = ground(&storage).await?;
    let unit = storage.begin().await?;
    let mut stored = Vec::new();
    for (time, state, changed) in [
        (10, State::Failed, 5),
        (20, State::Unconfirmed, 9),
        (30, State::Failed, 7),
    ] {
        let post = Post {
            publish_at: Some(PublishAt::at(seconds(time), Zone::utc())),
            ..a_post()
        };
        let publication = Publication {
            state,
            updated_at: seconds(changed),
            ..store(unit.as_ref(), &post, &ground.channel).await?
        };
        unit.save_publications(std::slice::from_ref(&publication)).await?;
        stored.push(publication.id);
    }
    let asked = [State::Failed, State::Unconfirmed];
    let found = unit.publications_in(HOME, &asked, 2).await?;
    assert_eq!(ids(&found), [stored[1], stored[2]]);
    let counted = unit.count_publications_in(HOME, &asked).await?;
    assert_eq!(
        counted,
        u64::try_from(unit.publications_in(HOME, &asked, 100).await?.len())?
    );
    let failed = unit.publications_in(HOME, &[State::Failed], 10).await?;
    assert_eq!(ids(&failed), [stored[2], stored[0]]);
    let between = unit.publications_between(HOME, seconds(10), seconds(30)).await?;
    assert_eq!(ids(&between), [stored[0], stored[1]]);
    Ok(())
}

async fn attempts_read_back_and_forget_what_platforms_said(storage: Arc<dyn Storage>) -> Result<()> {
    let ground = ground(&storage).await?;
    let (_, publication) = a_stored_publication(&storage, &ground.channel).await?;
    let attempt = |number: u32, ended: i64| Attempt {
        id: AttemptId::from_bits(next_id()),
        publication: publication.id,
        number,
        entry: 1,
        started_at: seconds(ended - 1),
        ended_at: seconds(ended),
        outcome: "rate_limited".to_owned(),
        failure: Some(failure()),
        trace: Trace {
            operation: "commit".to_owned(),
            status: Some(429),
            request_id: Some("req-1".to_owned()),
            reply: Some("slow down".to_owned()),
            rates: Vec::new(),
        },
    };
    let plain = Attempt {
        failure: None,
        trace: Trace::default(),
        outcome: "released".to_owned(),
        ..attempt(3, 30)
    };
    let mut told = [attempt(1, 10), attempt(2, 20), plain];
    let rows: Vec<AttemptRow> = told
        .iter()
        .rev()
        .map(|attempt| AttemptRow {
            workspace: HOME,
            attempt: attempt.clone(),
        })
        .collect();
    let unit = storage.begin().await?;
    unit.insert_attempts(&rows).await?;
    assert_eq!(unit.attempts(HOME, publication.id).await?, told);
    assert_eq!(unit.forget_evidence(seconds(20), 9).await?, 1);
    assert_eq!(unit.forget_evidence(seconds(20), 9).await?, 0);
    told[0].trace.reply = None;
    if let Some(failure) = &mut told[0].failure {
        failure.provider_message = None;
    }
    assert_eq!(unit.attempts(HOME, publication.id).await?, told);
    unit.insert_attempts(&[]).await?;
    Ok(())
}

async fn an_unknown_id_of_the_platform_is_told_once(storage: Arc<dyn Storage>) -> Result<()> {
    let ground = ground(&storage).await?;
    let (_, publication) = a_stored_publication(&storage, &ground.channel).await?;
    let unnamed = Release {
        remote_id: Release::UNKNOWN.to_owned(),
        ..release(0)
    };
    let unit = storage.begin().await?;
    unit.save_publications(&[Publication {
        entry: 1,
        releases: vec![unnamed, release(1)],
        ..publication.clone()
    }])
    .await?;
    let named = release(0);
    assert!(!unit.name_release(PublicationId::from_bits(1), &named).await?);
    assert!(!unit.name_release(publication.id, &release(1)).await?);
    assert!(unit.name_release(publication.id, &named).await?);
    assert!(!unit.name_release(publication.id, &named).await?);
    let stored = unit.publication(HOME, publication.id).await?;
    assert_eq!(stored.map(|it| it.releases), Some(vec![named, release(1)]));
    Ok(())
}
