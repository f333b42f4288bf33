//! Moving many scheduled posts at once, all or none of them.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use jiff::Span;
use postern_domain::actor::{Actor, Scope};
use postern_domain::id::{ChannelId, PostId};
use postern_domain::ports::{Shift, ShiftBy, Shifted, Unit};
use postern_domain::post::{Post, PostQuery, PostState};
use postern_domain::publication::{Publication, State};
use postern_domain::time::{PublishAt, Timestamp};
use postern_domain::workspace::Workspace;
use postern_domain::{BackendError, Code, Problem};

use super::amend::settled;
use super::create::{announce_change, workspace_of};
use super::slot;
use super::when::no_slot;
use crate::access::require;
use crate::deps::Deps;

/// Most posts that are moved at once.
const MOST: usize = 1_000;

/// Posts of one look into the plan.
const PAGE: u32 = 500;

const DAY: Duration = Duration::from_hours(24);

/// A post with its publications on channels.
type Planned = (Post, Vec<Publication>);

/// Moves scheduled posts.
#[tracing::instrument(name = "app.posts.shift", skip_all, fields(workspace.id = %actor.workspace, moved))]
pub(crate) async fn shift_posts(
    deps: &Deps,
    actor: &Actor,
    shift: &Shift,
) -> Result<Vec<Shifted>, BackendError> {
    require(actor, Scope::PostsWrite)?;
    let read = deps.storage.read().await?;
    let found = find(&*read, actor, shift).await?;
    drop(read);
    let unit = deps.storage.begin().await?;
    let now = deps.clock.now();
    if shift.by == ShiftBy::NextSlots {
        unit.lock_channels(actor.workspace, &first_channels(&found))
            .await?;
    }
    // Read again under locks: what was moved or begun meanwhile is seen as it is now.
    let ids: Vec<PostId> = found.iter().map(|(post, _)| post.id).collect();
    let mut planned = load(&*unit, actor, &ids).await?;
    planned.retain(|(post, parts)| PostState::of(post, parts) == PostState::Scheduled);
    let workspace = workspace_of(&*unit, actor).await?;
    let moves = moves_of(&*unit, &workspace, &planned, shift.by, now).await?;
    let mut shifted = Vec::with_capacity(moves.len());
    for ((mut post, mut parts), to) in planned.into_iter().zip(moves) {
        let Some(from) = post.publish_at.clone() else {
            continue;
        };
        shifted.push(Shifted {
            post: post.id,
            from,
            to: to.clone(),
        });
        let waiting = parts.iter_mut().filter(|part| part.state != State::Cancelled);
        for part in waiting {
            let moved = part.reschedule(to.instant, now);
            moved.map_err(|_| BackendError::Conflict(settled(part.state)))?;
        }
        let expected = post.version;
        post.publish_at = Some(to);
        post.version += 1;
        post.updated_at = now;
        unit.update_post(&post, expected).await?;
        unit.save_publications(&parts).await?;
        announce_change(deps, &*unit, &post, &parts).await?;
    }
    tracing::Span::current().record("moved", shifted.len());
    if shift.dry_run || shifted.is_empty() {
        return Ok(shifted);
    }
    unit.audit(actor, "post.shifted", &format!("{} posts", shifted.len()), now)
        .await?;
    unit.commit().await?;
    (deps.wake_relay)();
    Ok(shifted)
}

/// The scheduled posts that are meant, by publish time.
async fn find(unit: &dyn Unit, actor: &Actor, shift: &Shift) -> Result<Vec<Planned>, BackendError> {
    let mut query = PostQuery {
        from: Some(shift.from),
        until: Some(shift.until),
        states: vec![PostState::Scheduled],
        limit: PAGE,
        ..PostQuery::default()
    };
    let mut ids = Vec::new();
    loop {
        let page = unit.posts(actor.workspace, &query).await?;
        ids.extend(page.items.iter().map(|post| post.id));
        if ids.len() > MOST {
            return Err(BackendError::refused(too_many()));
        }
        query.cursor = page.next;
        if query.cursor.is_none() {
            break;
        }
    }
    let mut found = load(unit, actor, &ids).await?;
    found.retain(|(_, parts)| {
        let mut live = parts.iter().filter(|part| part.state != State::Cancelled);
        shift.channels.is_empty() || live.any(|part| shift.channels.contains(&part.channel))
    });
    Ok(found)
}

/// Posts with their publications by publish time, the publications locked where the unit of work may write.
async fn load(unit: &dyn Unit, actor: &Actor, ids: &[PostId]) -> Result<Vec<Planned>, BackendError> {
    let mut parts: HashMap<PostId, Vec<Publication>> = HashMap::new();
    for part in unit.publications_of(actor.workspace, ids).await? {
        parts.entry(part.post).or_default().push(part);
    }
    let mut posts = unit.posts_by_id(ids).await?;
    posts.sort_by_key(|post| (post.publish_at.as_ref().map(|at| at.instant), post.id));
    let planned = posts.into_iter().map(|post| {
        let own = parts.remove(&post.id).unwrap_or_default();
        (post, own)
    });
    Ok(planned.collect())
}

/// The channel whose slots count for a post.
fn first_channel(parts: &[Publication]) -> Option<ChannelId> {
    let live = parts.iter().find(|part| part.state != State::Cancelled);
    live.map(|part| part.channel)
}

fn first_channels(planned: &[Planned]) -> Vec<ChannelId> {
    let mut channels: Vec<ChannelId> = planned
        .iter()
        .filter_map(|(_, parts)| first_channel(parts))
        .collect();
    channels.sort_unstable();
    channels.dedup();
    channels
}

/// The new time of each post.
///
/// Errors: all that stands in the way, below the post that it is about.
async fn moves_of(
    unit: &dyn Unit,
    workspace: &Workspace,
    planned: &[Planned],
    by: ShiftBy,
    now: Timestamp,
) -> Result<Vec<PublishAt>, BackendError> {
    let mut queue = match by {
        ShiftBy::NextSlots => Queue::of(unit, workspace, planned, now).await?,
        ShiftBy::Later(_) | ShiftBy::Earlier(_) => Queue::default(),
    };
    let (mut moves, mut problems) = (Vec::new(), Vec::new());
    for (post, parts) in planned {
        match check(parts).and_then(|()| target(post, parts, by, &mut queue, now)) {
            Ok(to) => moves.push(to),
            Err(problem) => problems.push(Problem {
                field: format!("/posts/{}", post.id),
                ..problem
            }),
        }
    }
    if problems.is_empty() {
        Ok(moves)
    } else {
        Err(BackendError::Refused(problems))
    }
}

fn check(parts: &[Publication]) -> Result<(), Problem> {
    let mut live = parts.iter().filter(|part| part.state != State::Cancelled);
    match live.find(|part| !part.is_editable()) {
        Some(part) => Err(settled(part.state)),
        None => Ok(()),
    }
}

fn target(
    post: &Post,
    parts: &[Publication],
    by: ShiftBy,
    queue: &mut Queue,
    now: Timestamp,
) -> Result<PublishAt, Problem> {
    let to = match (by, &post.publish_at) {
        (ShiftBy::NextSlots, _) => first_channel(parts).and_then(|channel| queue.take(channel)),
        (ShiftBy::Later(span), Some(at)) => moved(at, span, 1),
        (ShiftBy::Earlier(span), Some(at)) => moved(at, span, -1),
        (ShiftBy::Later(_) | ShiftBy::Earlier(_), None) => None,
    };
    match to {
        Some(to) if to.instant > now => Ok(to),
        Some(to) => Err(Problem::new(
            Code::PublishTimePassed,
            "",
            "the new time has passed",
            "move the posts by less, or leave this one out",
        )
        .given(to.instant.to_rfc3339_in(&to.zone))),
        None => Err(no_slot()),
    }
}

/// Whole days keep the wall time; the rest is counted on the clock that does not jump.
fn moved(at: &PublishAt, span: Duration, sign: i64) -> Option<PublishAt> {
    let days = i64::try_from(span.as_secs() / DAY.as_secs()).ok()?;
    let rest = Duration::from_secs(span.as_secs() % DAY.as_secs());
    let wall = at
        .wall
        .checked_add(Span::new().try_days(days * sign).ok()?)
        .ok()?;
    let on_day = PublishAt::local(wall, at.zone.clone());
    if rest.is_zero() {
        return Some(on_day);
    }
    let instant = if sign > 0 {
        on_day.instant.plus(rest)
    } else {
        on_day.instant.minus(rest)
    };
    Some(PublishAt::at(instant, at.zone.clone()))
}

/// The free slots of channels, handed out one by one.
#[derive(Default)]
struct Queue(HashMap<ChannelId, std::vec::IntoIter<PublishAt>>);

impl Queue {
    /// The slots in which nothing is planned but what is going to be moved.
    async fn of(
        unit: &dyn Unit,
        workspace: &Workspace,
        planned: &[Planned],
        now: Timestamp,
    ) -> Result<Self, BackendError> {
        let mut queue = HashMap::new();
        for channel in first_channels(planned) {
            let own = planned
                .iter()
                .filter(|(_, parts)| first_channel(parts) == Some(channel));
            let leaving: HashSet<Timestamp> = planned
                .iter()
                .filter(|(_, parts)| parts.iter().any(|part| part.channel == channel))
                .filter_map(|(post, _)| Some(post.publish_at.as_ref()?.instant))
                .collect();
            let free = slot::free_ahead(unit, workspace, channel, now, &leaving, own.count()).await?;
            queue.insert(channel, free.into_iter());
        }
        Ok(Self(queue))
    }

    fn take(&mut self, channel: ChannelId) -> Option<PublishAt> {
        self.0.get_mut(&channel)?.next()
    }
}

fn too_many() -> Problem {
    Problem::new(
        Code::Malformed,
        "/from",
        "too many posts lie in this span",
        "move a shorter span at a time",
    )
    .allowed(format!("at most {MOST} posts"))
}

#[cfg(test)]
mod tests {
    use postern_domain::time::{Zone, parse_local};

    use super::*;

    #[test]
    fn whole_days_keep_the_wall_time_and_hours_are_hours() {
        let zone = Zone::parse("Europe/Berlin").unwrap();
        let at = PublishAt::local(parse_local("2026-03-28T09:00").unwrap(), zone);
        let hours = |hours| Duration::from_hours(hours);
        for (span, sign, want) in [
            (hours(24), 1, "2026-03-29T07:00:00.000Z"),
            (hours(25), 1, "2026-03-29T08:00:00.000Z"),
            (hours(23), 1, "2026-03-29T07:00:00.000Z"),
            (hours(48), -1, "2026-03-26T08:00:00.000Z"),
            (hours(3), -1, "2026-03-28T05:00:00.000Z"),
        ] {
            let got = moved(&at, span, sign).unwrap();
            assert_eq!(got.instant.to_rfc3339(), want, "{span:?} {sign}");
        }
    }
}
