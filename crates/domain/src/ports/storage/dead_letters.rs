//! Announcements that were laid aside because they could not be told.

use async_trait::async_trait;

use super::StorageError;
use crate::dead_letter::DeadLetter;
use crate::id::AnnouncementId;
use crate::time::Timestamp;

/// Announcements that were laid aside.
#[async_trait]
pub trait DeadLetterStore {
    /// Lays announcements aside with a reason; answers how many there were.
    async fn bury(&self, ids: &[AnnouncementId], reason: &str, now: Timestamp) -> Result<u64, StorageError>;
    /// Announcements older than `before` that this program cannot read, at most `limit`.
    async fn unreadable(&self, before: Timestamp, limit: u32) -> Result<Vec<AnnouncementId>, StorageError>;
    /// Announcements that were laid aside, the last ones first.
    async fn buried(&self, limit: u32) -> Result<Vec<DeadLetter>, StorageError>;
    /// How many announcements were laid aside.
    async fn count_buried(&self) -> Result<u64, StorageError>;
    /// Puts an announcement that was laid aside back among those to be sent; answers whether it was there.
    async fn unbury(&self, id: AnnouncementId) -> Result<bool, StorageError>;
    /// How many announcements wait to be sent, and since when the oldest does.
    async fn outbox_depth(&self) -> Result<(u64, Option<Timestamp>), StorageError>;
}
