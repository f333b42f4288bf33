//! Letting held publications go, page by page, so that thousands of them block nobody.
//!
//! The choice about what is late is stored before the first page: whatever breaks in between, the metronome's round
//! goes on with it. A publication that was being held in the very moment in which its pause ended is found by the
//! same round, for nothing is held without a reason for long.

use std::time::Duration;

use postern_domain::BackendError;
use postern_domain::event::Event;
use postern_domain::id::PublicationId;
use postern_domain::pause::{CatchUp, PauseScope, Resumed, Resumption};
use postern_domain::publication::State;

use super::gate::{Gate, Lateness};
use crate::deps::Deps;
use crate::publications::changed_posts;

/// Publications of one unit of work.
const PAGE: u32 = 100;

/// Publications let go with one call; the others follow with the metronome's next round.
const MOST: u32 = 2_000;

/// Most resumptions taken up in one round.
const RESUMPTIONS: u32 = 100;

/// How long a publication may be held without a reason before the round lets it go: longer than any unit of work.
const GRACE: Duration = Duration::from_mins(1);

/// Lets go what a pause held that has ended.
#[tracing::instrument(name = "app.pauses.let_go", skip_all, fields(scope = scope.kind()))]
pub(crate) async fn let_go(deps: &Deps, scope: PauseScope) -> Result<Resumed, BackendError> {
    let Some(resumption) = deps.storage.read().await?.resumption(scope).await? else {
        // Somebody paused it again, or has done it.
        return Ok(Resumed::default());
    };
    let done = sweep(deps, &resumption, Duration::ZERO).await?;
    if !done.more {
        let unit = deps.storage.begin().await?;
        unit.delete_resumption(scope).await?;
        unit.commit().await?;
    }
    Ok(done)
}

/// Goes on with what was not finished, and lets go what is held without a reason.
#[tracing::instrument(name = "app.pauses.keep_on", skip_all)]
pub(crate) async fn keep_on(deps: &Deps) -> Result<(), BackendError> {
    let open = deps.storage.read().await?.resumptions(RESUMPTIONS).await?;
    let mut more = false;
    for resumption in &open {
        more |= let_go(deps, resumption.scope).await?.more;
    }
    if more {
        return Ok(());
    }
    let stray = Resumption {
        scope: PauseScope::Instance,
        catch_up: CatchUp::Rule,
    };
    let found = sweep(deps, &stray, GRACE).await?;
    if found != Resumed::default() {
        tracing::warn!(
            released = found.released,
            missed = found.missed,
            "publications were held without a reason"
        );
    }
    Ok(())
}

/// Walks the held publications of a scope once. What something else holds stays where it is.
async fn sweep(deps: &Deps, resumption: &Resumption, grace: Duration) -> Result<Resumed, BackendError> {
    let mut done = Resumed::default();
    let mut after = None;
    while done.released + done.missed < MOST {
        let unit = deps.storage.read().await?;
        let page = unit.held(resumption.scope, after, PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(done);
        };
        after = Some(last.id);
        let gate = Gate::load(&*unit, &page).await?;
        drop(unit);
        let now = deps.clock.now();
        let free: Vec<PublicationId> = page
            .iter()
            .filter(|it| gate.holds(it).is_none() && now.since(it.updated_at) >= grace)
            .map(|it| it.id)
            .collect();
        let (released, missed) = release(deps, &free, resumption.catch_up).await?;
        done.released += released;
        done.missed += missed;
    }
    done.more = true;
    Ok(done)
}

/// Lets some publications go in one unit of work; answers how many go out and how many are missed.
async fn release(deps: &Deps, ids: &[PublicationId], catch_up: CatchUp) -> Result<(u32, u32), BackendError> {
    if ids.is_empty() {
        return Ok((0, 0));
    }
    let unit = deps.storage.begin().await?;
    let now = deps.clock.now();
    let mut held = unit.publications_by_id(ids).await?;
    let gate = Gate::load(&*unit, &held).await?;
    let lateness = Lateness::load(&*unit, &held).await?;
    held.retain_mut(|it| {
        let late = lateness.of(it);
        gate.holds(it).is_none() && it.catch_up(catch_up, now, late).is_ok()
    });
    let sums = unit.save_publications(&held).await?;
    let mut events = changed_posts(&sums, &held);
    events.push(Event::ScheduleChanged);
    unit.announce(&deps.announcements(events)).await?;
    unit.commit().await?;
    (deps.wake_relay)();
    let missed = held.iter().filter(|it| it.state == State::Missed).count();
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Ok((count(held.len() - missed), count(missed)))
}
