//! What is written with the change itself: announcements and the audit log.

use async_trait::async_trait;

use super::StorageError;
use crate::actor::Actor;
use crate::event::Event;
use crate::id::AnnouncementId;
use crate::time::Timestamp;

/// A stored intent to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// Its id; ids rise with time.
    pub id: AnnouncementId,
    /// What happened.
    pub event: Event,
    /// W3C trace context of the unit of work.
    pub traceparent: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// The outbox and the audit log: what is written with the change itself.
#[async_trait]
pub trait Outbox {
    /// Stores announcements with this unit of work. Those of one call stay together and share the id of the first of
    /// each 64.
    async fn announce(&self, announcements: &[Announcement]) -> Result<(), StorageError>;
    /// Announcements that were not sent, oldest first, locked and skipping what others have locked; `limit` counts
    /// those that stay together as one. Those that this program cannot read are left out, see
    /// [`super::DeadLetterStore::unreadable`].
    async fn unsent(&self, limit: u32) -> Result<Vec<Announcement>, StorageError>;
    /// Removes announcements that were sent.
    async fn mark_sent(&self, ids: &[AnnouncementId]) -> Result<(), StorageError>;
    /// Stores a line of the audit log: who, by which door, did what to what.
    async fn audit(
        &self,
        actor: &Actor,
        action: &str,
        subject: &str,
        at: Timestamp,
    ) -> Result<(), StorageError>;
}
