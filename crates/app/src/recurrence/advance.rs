//! The next post of recurrences whose last one's time has come.

use postern_domain::BackendError;
use postern_domain::ports::{Advanced, Unit};
use postern_domain::post::Post;
use postern_domain::recurrence::{Place, Recurrence};
use postern_domain::time::Timestamp;

use super::make::{Template, store_occurrence};
use crate::deps::Deps;

/// Makes the posts of recurrences whose last one's time has come.
///
/// Rows are locked, and a date has one row by a rule of the database: several callers make each post once.
#[tracing::instrument(name = "app.recurrence.advance", skip_all, fields(made))]
pub(super) async fn advance_recurrences(deps: &Deps, limit: u32) -> Result<Advanced, BackendError> {
    let now = deps.clock.now();
    // Looking costs a read: mostly there is nothing to do.
    let next_at = deps.storage.read().await?.next_advance().await?;
    if next_at.is_none_or(|at| at > now) {
        return Ok(Advanced { made: 0, next_at });
    }
    let unit = deps.storage.begin().await?;
    let mut made = 0;
    for mut recurrence in unit.due_recurrences(now, limit).await? {
        made += advance_one(deps, &*unit, &mut recurrence, now).await?;
    }
    let next_at = unit.next_advance().await?;
    unit.commit().await?;
    (deps.wake_relay)();
    tracing::Span::current().record("made", made);
    Ok(Advanced { made, next_at })
}

/// Brings one locked recurrence on its way; answers how many posts were made.
pub(super) async fn advance_one(
    deps: &Deps,
    unit: &dyn Unit,
    recurrence: &mut Recurrence,
    now: Timestamp,
) -> Result<u32, BackendError> {
    let mut template = Template::load(unit, recurrence).await?;
    if template.live().next().is_none() {
        tracing::info!(recurrence.id = %recurrence.id, "recurrence ended, all its channels were removed");
        recurrence.end(now);
    }
    let expected = recurrence.version;
    let advance = recurrence.advance(now);
    if advance.dropped > 0 {
        tracing::warn!(
            recurrence.id = %recurrence.id,
            dropped = advance.dropped,
            "dates passed too long ago to be made up for"
        );
    }
    let mut made = 0;
    for occurrence in &advance.occurrences {
        let taken = unit.occurrences(recurrence.id, occurrence.date).await?;
        if taken.iter().all(|(date, _)| *date != occurrence.date) {
            store_occurrence(deps, unit, recurrence, &template, occurrence, now).await?;
            made += 1;
        }
    }
    if !recurrence.is_running() {
        template.discard(unit, now).await?;
    }
    unit.update_recurrence(recurrence, expected).await?;
    Ok(made)
}

/// Makes the next post at once after the one that waited was taken out of its place. Should that fail, it is made
/// when the time of the one that is gone comes.
pub(crate) async fn after_taken_out(deps: &Deps, post: &Post) {
    let Some(series) = post.series else { return };
    let Place::On(date) = series.place else { return };
    let made = async {
        let unit = deps.storage.begin().await?;
        let found = unit.recurrence(post.workspace, series.recurrence).await?;
        let Some(mut recurrence) = found.filter(|it| it.is_running() && it.made_until == Some(date)) else {
            return Ok(());
        };
        advance_one(deps, &*unit, &mut recurrence, deps.clock.now()).await?;
        unit.commit().await?;
        (deps.wake_relay)();
        Ok::<(), BackendError>(())
    };
    if let Err(error) = made.await {
        tracing::warn!(recurrence.id = %series.recurrence, error = %error, "next post not made ahead of its time");
    }
}
