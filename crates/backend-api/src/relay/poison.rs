//! An announcement that the bus refuses must not stand before all the others for ever.
//!
//! When a batch fails again and again although the bus answers, its announcements are sent one by one. Those that
//! the bus refuses while it takes others are laid aside as dead letters. When it takes none of them, the bus is at
//! fault (a full one, say), and everything stays where it is.

use postern_domain::id::AnnouncementId;
use postern_domain::ports::{Announcement, Unit};

use super::{RelayError, send};
use crate::Deps;

/// Announcements that are tried one by one in one unit of work.
pub(super) const FEW: u32 = 20;

/// Failures in a row after which announcements are tried one by one: about four seconds.
pub(super) const SUSPICIOUS: u32 = 4;

/// Sends announcements one by one; answers how many were moved or laid aside.
pub(super) async fn one_by_one(
    deps: &Deps,
    unit: Box<dyn Unit>,
    batch: &[Announcement],
) -> Result<u32, RelayError> {
    let (mut taken, mut refused) = (Vec::new(), Vec::new());
    let mut last = None;
    for announcement in batch {
        match send(deps, std::slice::from_ref(announcement)).await {
            Ok(()) => taken.push(announcement.id),
            Err(error) => {
                refused.push(announcement.id);
                last = Some(error);
            }
        }
    }
    if let Some(error) = last.filter(|_| taken.is_empty()) {
        return Err(error);
    }
    unit.mark_sent(&taken).await?;
    lay_aside(deps, &*unit, &refused).await?;
    unit.commit().await?;
    Ok(u32::try_from(batch.len()).unwrap_or(u32::MAX))
}

async fn lay_aside(deps: &Deps, unit: &dyn Unit, refused: &[AnnouncementId]) -> Result<(), RelayError> {
    if refused.is_empty() {
        return Ok(());
    }
    let reason = "the bus refuses it and takes others";
    let buried = unit.bury(refused, reason, deps.clock.now()).await?;
    tracing::error!(buried, "announcements were laid aside as dead letters");
    Ok(())
}
