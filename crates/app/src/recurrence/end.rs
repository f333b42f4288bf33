//! Leaving a date out, and ending a recurrence.

use postern_domain::actor::{Actor, Scope};
use postern_domain::id::RecurrenceId;
use postern_domain::ports::Unit;
use postern_domain::post::{Post, PostRef};
use postern_domain::publication::{Publication, State};
use postern_domain::recurrence::{Ahead, MOST_SKIPS, Recurrence, RecurrenceView};
use postern_domain::time::{LocalDate, Timestamp};
use postern_domain::{BackendError, Code, Problem};

use super::advance::advance_one;
use super::make::Template;
use super::read;
use crate::access::require;
use crate::deps::Deps;
use crate::posts::amend::settled;
use crate::posts::create::announce_change;
use crate::posts::read as posts;

/// How many days before now posts of a recurrence may still wait: held ones, moved ones.
const LOOK_BACK_DAYS: i64 = 31;

/// A post that is not out yet, with its parts.
pub(super) type Waiting = (Post, Vec<Publication>);

/// Leaves one date out.
pub(super) async fn skip_occurrence(
    deps: &Deps,
    actor: &Actor,
    id: RecurrenceId,
    date: LocalDate,
) -> Result<RecurrenceView, BackendError> {
    require(actor, Scope::PostsWrite)?;
    let unit = deps.storage.begin().await?;
    let now = deps.clock.now();
    let mut recurrence = read::find(&*unit, actor, id).await?;
    check_running(&recurrence)?;
    check_skippable(&recurrence, date)?;
    let made = unit.occurrences(id, date).await?;
    if let Some((_, post)) = made.first().filter(|(made, _)| *made == date) {
        let (post, parts) = posts::load(&*unit, actor, PostRef::Post(*post)).await?;
        if let Some(out) = parts.iter().find(|part| part.state == State::Published) {
            return Err(BackendError::Conflict(settled(out.state)));
        }
        throw_away(deps, &*unit, post, parts, now).await?;
    }
    let expected = recurrence.version;
    recurrence.rule = recurrence.rule.without(date);
    recurrence.version += 1;
    recurrence.updated_at = now;
    unit.update_recurrence(&recurrence, expected).await?;
    if recurrence.made_until == Some(date) {
        advance_one(deps, &*unit, &mut recurrence, now).await?;
    }
    unit.audit(actor, "recurrence.skipped", &id.to_string(), now)
        .await?;
    let view = read::view(&*unit, actor, recurrence).await?;
    unit.commit().await?;
    (deps.wake_relay)();
    Ok(view)
}

/// Ends a recurrence, with or without the posts that wait.
pub(super) async fn end_recurrence(
    deps: &Deps,
    actor: &Actor,
    id: RecurrenceId,
    ahead: Ahead,
) -> Result<RecurrenceView, BackendError> {
    require(actor, Scope::PostsWrite)?;
    let unit = deps.storage.begin().await?;
    let now = deps.clock.now();
    let mut recurrence = read::find(&*unit, actor, id).await?;
    let expected = recurrence.version;
    let is_first_time = recurrence.is_running();
    let open = match ahead {
        Ahead::Discard => waiting(&*unit, actor, &recurrence, look_back(&recurrence, now)).await?,
        Ahead::Keep => Vec::new(),
    };
    for (post, parts) in open {
        if parts.iter().all(|part| !is_under_way(part)) {
            throw_away(deps, &*unit, post, parts, now).await?;
        }
    }
    if is_first_time {
        Template::load(&*unit, &recurrence)
            .await?
            .discard(&*unit, now)
            .await?;
        recurrence.end(now);
        recurrence.version += 1;
        unit.update_recurrence(&recurrence, expected).await?;
        unit.audit(actor, "recurrence.ended", &id.to_string(), now)
            .await?;
    }
    let view = read::view(&*unit, actor, recurrence).await?;
    unit.commit().await?;
    (deps.wake_relay)();
    Ok(view)
}

/// Refuses changes of what is over.
pub(super) fn check_running(recurrence: &Recurrence) -> Result<(), BackendError> {
    if recurrence.is_running() {
        return Ok(());
    }
    Err(BackendError::Conflict(
        Problem::new(
            Code::RecurrenceInvalid,
            "/recurrence",
            "the recurrence has ended",
            "write a new post that returns",
        )
        .given(recurrence.id),
    ))
}

fn check_skippable(recurrence: &Recurrence, date: LocalDate) -> Result<(), BackendError> {
    let problem = |detail: &str, fix: &str| {
        let problem = Problem::new(Code::RecurrenceInvalid, "/date", detail, fix).given(date);
        Err(BackendError::refused(problem))
    };
    if recurrence.rule.skips().contains(&date) {
        return problem("this date is left out already", "choose another of its dates");
    }
    if !recurrence.rule.falls_on(date) {
        return problem("the rule does not fall on this date", "choose one of its dates");
    }
    if recurrence.rule.skips().len() >= MOST_SKIPS {
        return problem(
            "too many dates are left out already",
            "end the recurrence and begin a new one",
        );
    }
    Ok(())
}

/// The earliest date whose post may still wait.
pub(super) fn look_back(recurrence: &Recurrence, now: Timestamp) -> LocalDate {
    let today = now.in_zone(recurrence.rule.zone()).date();
    today.saturating_sub(jiff::Span::new().days(LOOK_BACK_DAYS))
}

/// The posts of a recurrence from a date on that are not out yet, locked, by date: all of them can still be thrown
/// away or are under way at this moment.
pub(super) async fn waiting(
    unit: &dyn Unit,
    actor: &Actor,
    recurrence: &Recurrence,
    from: LocalDate,
) -> Result<Vec<Waiting>, BackendError> {
    let mut found = Vec::new();
    for (_, id) in unit.occurrences(recurrence.id, from).await? {
        let (post, parts) = posts::load(unit, actor, PostRef::Post(id)).await?;
        let is_open = |part: &Publication| {
            matches!(part.state, State::Draft | State::Scheduled | State::Held) || is_under_way(part)
        };
        if post.trashed_at.is_none() && parts.iter().any(is_open) {
            found.push((post, parts));
        }
    }
    Ok(found)
}

/// Whether a worker has it, or nobody knows whether the platform does.
pub(super) fn is_under_way(part: &Publication) -> bool {
    part.state.is_under_way() || part.state == State::Unconfirmed
}

/// Takes what is not out of a post out of the plan.
///
/// Errors: `post_settled` when any of it is under way.
async fn throw_away(
    deps: &Deps,
    unit: &dyn Unit,
    mut post: Post,
    mut parts: Vec<Publication>,
    now: Timestamp,
) -> Result<(), BackendError> {
    if post.trashed_at.is_some() {
        return Ok(());
    }
    let is_left_alone = |part: &Publication| matches!(part.state, State::Published | State::Cancelled);
    for part in parts.iter_mut().filter(|part| !is_left_alone(part)) {
        if part.cancel(now).is_err() {
            return Err(BackendError::Conflict(settled(part.state)));
        }
    }
    let expected = post.version;
    post.trashed_at = Some(now).filter(|_| parts.iter().all(|part| part.state == State::Cancelled));
    post.version += 1;
    post.updated_at = now;
    unit.update_post(&post, expected).await?;
    unit.save_publications(&parts).await?;
    announce_change(deps, unit, &post, &parts).await
}
