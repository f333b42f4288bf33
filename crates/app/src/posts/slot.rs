//! The queue: the ordered free slots ahead.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use jiff::ToSpan;
use postern_domain::BackendError;
use postern_domain::actor::{Actor, Scope};
use postern_domain::channel::Slot;
use postern_domain::id::ChannelId;
use postern_domain::ports::Unit;
use postern_domain::time::{PublishAt, Timestamp, Zone};
use postern_domain::workspace::Workspace;

use super::create::workspace_of;
use super::when::no_slot;
use crate::access::require;
use crate::deps::Deps;

/// How far ahead a free slot is looked for.
const HORIZON_DAYS: i64 = 366;

/// The next free slot of a channel after now.
pub(super) async fn find_slot(
    deps: &Deps,
    actor: &Actor,
    channel: ChannelId,
) -> Result<PublishAt, BackendError> {
    require(actor, Scope::PostsRead)?;
    let unit = deps.storage.read().await?;
    if unit.channel(actor.workspace, channel).await?.is_none() {
        return Err(BackendError::not_found("channel", channel));
    }
    let workspace = workspace_of(&*unit, actor).await?;
    let found = next_free(&*unit, &workspace, channel, deps.clock.now()).await?;
    found.ok_or_else(|| BackendError::refused(no_slot()))
}

/// The next slot of a channel at which nothing is planned on it.
pub(super) async fn next_free(
    unit: &dyn Unit,
    workspace: &Workspace,
    channel: ChannelId,
    now: Timestamp,
) -> Result<Option<PublishAt>, BackendError> {
    let found = free_ahead(unit, workspace, channel, now, &HashSet::new(), 1).await?;
    Ok(found.into_iter().next())
}

/// The next `count` slots of a channel at which nothing is planned on it but what is `leaving`.
///
/// Who is going to take them locks the channel before, so that nobody else finds the same ones free.
pub(super) async fn free_ahead(
    unit: &dyn Unit,
    workspace: &Workspace,
    channel: ChannelId,
    now: Timestamp,
    leaving: &HashSet<Timestamp>,
    count: usize,
) -> Result<Vec<PublishAt>, BackendError> {
    let slots = unit.slots(channel).await?;
    let horizon = now.plus(Duration::from_hours(24) * u32::try_from(HORIZON_DAYS + 1).unwrap_or(u32::MAX));
    let planned = unit.planned_times(channel, now, horizon).await?;
    let mut taken: HashMap<Timestamp, usize> = HashMap::new();
    for at in planned {
        *taken.entry(at).or_default() += 1;
    }
    let taken = taken
        .into_iter()
        .filter(|(at, posts)| *posts > 1 || !leaving.contains(at));
    let taken: HashSet<Timestamp> = taken.map(|(at, _)| at).collect();
    Ok(free(&slots, &workspace.zone, now, &taken, count))
}

/// The first instants of a weekly plan that lie ahead and are not taken, each of them once.
fn free(
    slots: &[Slot],
    zone: &Zone,
    now: Timestamp,
    taken: &HashSet<Timestamp>,
    count: usize,
) -> Vec<PublishAt> {
    let today = now.in_zone(zone).date();
    let mut found: Vec<PublishAt> = Vec::with_capacity(count);
    for days in 0..=HORIZON_DAYS {
        let Ok(day) = today.checked_add(days.days()) else {
            break;
        };
        let weekday = u8::try_from(day.weekday().to_monday_one_offset()).unwrap_or(1);
        let mut ahead: Vec<PublishAt> = slots
            .iter()
            .filter(|slot| slot.weekday.is_none_or(|wanted| wanted == weekday))
            .filter_map(|slot| {
                let (hour, minute) = (slot.minute / 60, slot.minute % 60);
                let wall = day.at(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, 0, 0);
                Some(PublishAt::local(wall, zone.clone()))
            })
            .filter(|at| at.instant > now && !taken.contains(&at.instant))
            .collect();
        ahead.sort_by_key(|at| at.instant);
        for at in ahead {
            // Two slots may be one instant where an hour is missing.
            if found.len() < count && found.last().is_none_or(|last| last.instant < at.instant) {
                found.push(at);
            }
        }
        if found.len() >= count {
            break;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(slots: &[Slot], now: &str, taken: &[&str], want: Option<&str>) {
        let zone = Zone::parse("Europe/Berlin").unwrap();
        let now = Timestamp::parse(now).unwrap();
        let taken = taken.iter().map(|at| Timestamp::parse(at).unwrap()).collect();
        let got = free(slots, &zone, now, &taken, 1);
        let got = got.first().map(|at| at.instant.to_rfc3339());
        assert_eq!(got.as_deref(), want);
    }

    #[test]
    fn the_next_free_slot_lies_ahead_in_local_time() {
        let daily = [
            Slot {
                weekday: None,
                minute: 560,
            },
            Slot {
                weekday: None,
                minute: 850,
            },
        ];
        check(
            &daily,
            "2026-07-01T05:00:00Z",
            &[],
            Some("2026-07-01T07:20:00.000Z"),
        );
        check(
            &daily,
            "2026-07-01T07:20:00Z",
            &[],
            Some("2026-07-01T12:10:00.000Z"),
        );
        check(
            &daily,
            "2026-07-01T05:00:00Z",
            &["2026-07-01T07:20:00Z"],
            Some("2026-07-01T12:10:00.000Z"),
        );
        check(
            &daily,
            "2026-07-01T13:00:00Z",
            &[],
            Some("2026-07-02T07:20:00.000Z"),
        );
        check(&[], "2026-07-01T05:00:00Z", &[], None);
    }

    #[test]
    fn weekly_slots_wait_for_their_day_and_missing_hours_move_forward() {
        let monday = [Slot {
            weekday: Some(1),
            minute: 600,
        }];
        check(
            &monday,
            "2026-07-01T05:00:00Z",
            &[],
            Some("2026-07-06T08:00:00.000Z"),
        );
        let missing = [Slot {
            weekday: Some(7),
            minute: 150,
        }];
        check(
            &missing,
            "2026-03-28T12:00:00Z",
            &[],
            Some("2026-03-29T01:30:00.000Z"),
        );
    }
}
