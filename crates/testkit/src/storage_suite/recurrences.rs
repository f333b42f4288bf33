//! Rules by which posts return, and the dates that posts stand for.

use std::sync::Arc;

use anyhow::{Context, Result};
use futures::future::try_join_all;
use postern_domain::id::{ChannelId, RecurrenceId};
use postern_domain::ports::{Storage, StorageError};
use postern_domain::post::{Post, PostQuery};
use postern_domain::recurrence::{Frequency, InSeries, Place, Recurrence, RecurrenceState, Rule, RuleDraft};
use postern_domain::time::{LocalDate, parse_local_date};

use super::{ground, rules};
use crate::build::{HOME, NOW, a_post, a_publication, next_id, seconds};

rules! {
    recurrences_read_back_and_change_by_version
    the_longest_waiting_recurrence_is_advanced_first
    one_of_many_advances_a_recurrence
    a_date_has_one_post
    templates_are_in_no_list
    channels_that_are_locked_are_waited_for
}

fn a_rule() -> Result<Rule> {
    let draft = RuleDraft {
        frequency: Frequency::Weekly,
        every: 2,
        weekdays: vec![1, 5],
        time: "09:00".into(),
        zone: "Europe/Berlin".into(),
        starts_on: "2026-03-27".into(),
        until: Some("2027-03-27".into()),
        skips: vec!["2026-04-10".into()],
        ..RuleDraft::default()
    };
    draft.check().ok().context("the rule is right")
}

fn in_series(post: Post, recurrence: RecurrenceId, place: Place) -> Post {
    Post {
        series: Some(InSeries { recurrence, place }),
        ..post
    }
}

/// Stores a recurrence that must be advanced at this second.
async fn store(storage: &Arc<dyn Storage>, second: u32) -> Result<Recurrence> {
    let id = RecurrenceId::from_bits(next_id());
    let template = Post {
        draft: true,
        ..in_series(a_post(), id, Place::Template)
    };
    let recurrence = Recurrence {
        id,
        workspace: HOME,
        template: template.id,
        rule: a_rule()?,
        state: RecurrenceState::Running,
        made_until: Some(date("2026-03-27")?),
        advance_at: Some(seconds(second.into())),
        version: 1,
        created_at: seconds(second.into()),
        updated_at: NOW,
    };
    let unit = storage.begin().await?;
    unit.insert_post(&template).await?;
    unit.insert_recurrence(&recurrence).await?;
    unit.commit().await?;
    Ok(recurrence)
}

fn date(text: &str) -> Result<LocalDate> {
    Ok(parse_local_date(text)?)
}

async fn recurrences_read_back_and_change_by_version(storage: Arc<dyn Storage>) -> Result<()> {
    let ground = ground(&storage).await?;
    let (second, first) = (store(&storage, 2).await?, store(&storage, 1).await?);
    let unit = storage.read().await?;
    assert_eq!(unit.recurrence(HOME, first.id).await?, Some(first.clone()));
    assert_eq!(unit.recurrence(ground.other.id, first.id).await?, None);
    assert_eq!(
        unit.running_recurrences(HOME, 9).await?,
        [first.clone(), second.clone()]
    );
    assert_eq!(
        unit.running_recurrences(HOME, 1).await?,
        std::slice::from_ref(&first)
    );
    assert!(unit.running_recurrences(ground.other.id, 9).await?.is_empty());
    drop(unit);
    let ended = Recurrence {
        state: RecurrenceState::Ended,
        made_until: None,
        advance_at: None,
        version: 2,
        rule: a_rule()?.without(date("2026-04-13")?),
        ..first.clone()
    };
    let unit = storage.begin().await?;
    unit.update_recurrence(&ended, 1).await?;
    unit.commit().await?;
    let unit = storage.begin().await?;
    let late = unit.update_recurrence(&first, 1).await;
    assert!(matches!(late, Err(StorageError::Conflict { .. })), "{late:?}");
    drop(unit);
    let unit = storage.read().await?;
    assert_eq!(unit.recurrence(HOME, first.id).await?, Some(ended));
    assert_eq!(unit.running_recurrences(HOME, 9).await?, [second]);
    Ok(())
}

async fn the_longest_waiting_recurrence_is_advanced_first(storage: Arc<dyn Storage>) -> Result<()> {
    ground(&storage).await?;
    let unit = storage.read().await?;
    assert_eq!(unit.next_advance().await?, None);
    drop(unit);
    let (late, early) = (store(&storage, 20).await?, store(&storage, 10).await?);
    let unit = storage.begin().await?;
    assert_eq!(unit.next_advance().await?, early.advance_at);
    assert!(unit.due_recurrences(seconds(9), 9).await?.is_empty());
    assert_eq!(
        unit.due_recurrences(seconds(20), 1).await?,
        std::slice::from_ref(&early)
    );
    assert_eq!(unit.due_recurrences(seconds(20), 9).await?, [early, late]);
    Ok(())
}

/// Advances the recurrence that waits, if nobody else does so already.
async fn advance(storage: Arc<dyn Storage>) -> Result<usize> {
    let unit = storage.begin().await?;
    let mut due = unit.due_recurrences(seconds(10), 9).await?;
    for recurrence in &mut due {
        recurrence.advance_at = Some(seconds(100));
        unit.update_recurrence(recurrence, 1).await?;
    }
    unit.commit().await?;
    Ok(due.len())
}

async fn one_of_many_advances_a_recurrence(storage: Arc<dyn Storage>) -> Result<()> {
    ground(&storage).await?;
    store(&storage, 10).await?;
    let advanced = try_join_all((0..4).map(|_| advance(storage.clone()))).await?;
    assert_eq!(advanced.iter().sum::<usize>(), 1, "{advanced:?}");
    Ok(())
}

async fn a_date_has_one_post(storage: Arc<dyn Storage>) -> Result<()> {
    ground(&storage).await?;
    let recurrence = store(&storage, 10).await?;
    let day = date("2026-04-06")?;
    let on = |date| in_series(a_post(), recurrence.id, Place::On(date));
    let (first, earlier) = (on(day), on(date("2026-03-30")?));
    let unit = storage.begin().await?;
    unit.insert_post(&first).await?;
    unit.insert_post(&earlier).await?;
    unit.commit().await?;
    let unit = storage.begin().await?;
    let second = unit.insert_post(&on(day)).await;
    assert!(matches!(second, Err(StorageError::Conflict { .. })), "{second:?}");
    drop(unit);
    let unit = storage.read().await?;
    let all = unit.occurrences(recurrence.id, date("2026-01-01")?).await?;
    assert_eq!(all, [(date("2026-03-30")?, earlier.id), (day, first.id)]);
    assert_eq!(unit.occurrences(recurrence.id, day).await?, [(day, first.id)]);
    let until = |made_until| Recurrence {
        made_until,
        ..recurrence.clone()
    };
    for (made_until, ahead) in [
        (Some(day), Some(first.id)),
        (Some(date("2026-04-05")?), None),
        (None, None),
    ] {
        let found = unit.posts_ahead(&[until(made_until)]).await?;
        let want: Vec<_> = ahead.map(|post| (recurrence.id, post)).into_iter().collect();
        assert_eq!(found, want, "{made_until:?}");
    }
    assert_eq!(unit.post(HOME, first.id).await?, Some(first));
    Ok(())
}

async fn templates_are_in_no_list(storage: Arc<dyn Storage>) -> Result<()> {
    let ground = ground(&storage).await?;
    let recurrence = store(&storage, 10).await?;
    let ordinary = a_post();
    let occurrence = in_series(a_post(), recurrence.id, Place::On(date("2026-03-30")?));
    let unit = storage.begin().await?;
    for post in [&ordinary, &occurrence] {
        let part = a_publication(post, &ground.channel);
        unit.insert_planned(post, &[part], None).await?;
    }
    unit.commit().await?;
    let unit = storage.read().await?;
    for newest_first in [false, true] {
        let query = PostQuery {
            limit: 10,
            newest_first,
            ..PostQuery::default()
        };
        let page = unit.posts(HOME, &query).await?;
        let mut ids: Vec<_> = page.items.iter().map(|post| post.id).collect();
        ids.sort_unstable();
        let mut want = vec![ordinary.id, occurrence.id];
        want.sort_unstable();
        assert_eq!(ids, want);
    }
    let template = unit.post(HOME, recurrence.template).await?.context("is stored")?;
    assert!(template.is_template());
    Ok(())
}

async fn channels_that_are_locked_are_waited_for(storage: Arc<dyn Storage>) -> Result<()> {
    let ground = ground(&storage).await?;
    let id = ground.channel.id;
    let unknown = ChannelId::from_bits(next_id());
    // Each reads how many there are under the lock and adds one: none may see what another is about to change.
    let add = || async {
        let unit = storage.begin().await?;
        unit.lock_channels(HOME, &[id, unknown]).await?;
        let slots = unit.slots(id).await?;
        let minute = u16::try_from(slots.len())?;
        let mut more = slots;
        more.push(postern_domain::channel::Slot {
            weekday: None,
            minute,
        });
        unit.set_slots(id, &more).await?;
        unit.commit().await?;
        anyhow::Ok(())
    };
    try_join_all((0..4).map(|_| add())).await?;
    let slots = storage.read().await?.slots(id).await?;
    let minutes: Vec<u16> = slots.iter().map(|slot| slot.minute).collect();
    assert_eq!(minutes, [0, 1, 2, 3]);
    Ok(())
}
