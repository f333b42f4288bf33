//! Removing what is no longer needed.

use std::time::Duration;

use postern_domain::BackendError;

use crate::deps::Deps;

const DAY: Duration = Duration::from_hours(24);

/// Ends old sessions, uploads and idempotency keys, and forgets what platforms said in old attempts.
pub(super) async fn clean_up(deps: &Deps) -> Result<u32, BackendError> {
    let now = deps.clock.now();
    let unit = deps.storage.begin().await?;
    let removed = unit.delete_ended_sessions(now).await?
        + unit.forget_uploads(now).await?
        + unit.forget_keys(now.minus(DAY)).await?
        + unit.forget_evidence(now.minus(DAY * 30)).await?;
    unit.commit().await?;
    Ok(u32::try_from(removed).unwrap_or(u32::MAX))
}
