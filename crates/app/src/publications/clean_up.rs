//! Keeping house: what nothing holds goes on, what nobody understands is laid aside, what is no longer needed goes.

use std::time::Duration;

use futures::future::BoxFuture;
use postern_domain::ports::Unit;
use postern_domain::{BackendError, Timestamp};

use crate::deps::Deps;
use crate::pauses::keep_on;

const DAY: Duration = Duration::from_hours(24);

/// Rows of one unit of work.
const PIECE: u32 = 200;

/// Pieces of one kind in one round; the rest follows with the next.
const PIECES: u32 = 50;

/// How old an announcement is that no running program understands: older than any rolling upgrade takes.
const UNDERSTOOD_BY_NOW: Duration = Duration::from_mins(15);

/// One kind of leftovers: forgets at most so many of them.
type Chore = for<'a> fn(&'a dyn Unit, Timestamp, u32) -> BoxFuture<'a, Result<u64, BackendError>>;

/// Does one round; answers how many rows were forgotten.
pub(super) async fn clean_up(deps: &Deps) -> Result<u32, BackendError> {
    keep_on(deps).await?;
    lay_aside(deps).await?;
    let now = deps.clock.now();
    let retention = &deps.settings.retention;
    let chores: [(Chore, Timestamp); 8] = [
        (
            |unit, at, most| Box::pin(async move { Ok(unit.delete_ended_sessions(at, most).await?) }),
            now,
        ),
        (
            |unit, at, most| Box::pin(async move { Ok(unit.forget_uploads(at, most).await?) }),
            now,
        ),
        (
            |unit, at, most| Box::pin(async move { Ok(unit.forget_connections(at, most).await?) }),
            now,
        ),
        (
            |unit, at, most| Box::pin(async move { Ok(unit.forget_keys(at, most).await?) }),
            now.minus(DAY),
        ),
        (
            |unit, at, most| Box::pin(async move { Ok(unit.forget_answers(at, most).await?) }),
            now.minus(DAY),
        ),
        (
            |unit, at, most| Box::pin(async move { Ok(unit.forget_evidence(at, most).await?) }),
            now.minus(retention.evidence),
        ),
        (
            |unit, at, most| Box::pin(async move { Ok(unit.forget_audit(at, most).await?) }),
            now.minus(retention.audit),
        ),
        (
            |unit, at, most| Box::pin(async move { Ok(unit.forget_buried(at, most).await?) }),
            now.minus(retention.dead_letters),
        ),
    ];
    let mut removed = 0;
    for (chore, until) in chores {
        removed += in_pieces(deps, chore, until).await?;
    }
    Ok(u32::try_from(removed).unwrap_or(u32::MAX))
}

/// Each piece is a unit of work of its own, so that nobody waits long for a lock.
async fn in_pieces(deps: &Deps, chore: Chore, until: Timestamp) -> Result<u64, BackendError> {
    let mut removed = 0;
    for _ in 0..PIECES {
        let unit = deps.storage.begin().await?;
        let some = chore(&*unit, until, PIECE).await?;
        if some > 0 {
            unit.commit().await?;
        }
        removed += some;
        if some < u64::from(PIECE) {
            break;
        }
    }
    Ok(removed)
}

/// Lays announcements aside that wait although the relay had its time: it leaves out what it cannot read.
async fn lay_aside(deps: &Deps) -> Result<(), BackendError> {
    let now = deps.clock.now();
    let unit = deps.storage.begin().await?;
    let ids = unit.unreadable(now.minus(UNDERSTOOD_BY_NOW), PIECE).await?;
    if ids.is_empty() {
        return Ok(());
    }
    let reason = "no running program understands it";
    let buried = unit.bury(&ids, reason, now).await?;
    unit.commit().await?;
    tracing::error!(buried, "announcements were laid aside as dead letters");
    Ok(())
}
