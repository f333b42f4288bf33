//! Recurrences as they are stored.

use async_trait::async_trait;

use super::StorageError;
use crate::id::{PostId, RecurrenceId, WorkspaceId};
use crate::recurrence::Recurrence;
use crate::time::{LocalDate, Timestamp};

/// Recurrences.
#[async_trait]
pub trait RecurrenceStore {
    /// Stores a new recurrence.
    async fn insert_recurrence(&self, recurrence: &Recurrence) -> Result<(), StorageError>;
    /// Stores a changed recurrence when `expected` is the stored version; [`StorageError::Conflict`] otherwise.
    async fn update_recurrence(&self, recurrence: &Recurrence, expected: u64) -> Result<(), StorageError>;
    /// One recurrence, locked for this unit of work where it may write.
    async fn recurrence(
        &self,
        workspace: WorkspaceId,
        id: RecurrenceId,
    ) -> Result<Option<Recurrence>, StorageError>;
    /// The recurrences of a workspace that run, oldest first. Locks nothing.
    async fn running_recurrences(
        &self,
        workspace: WorkspaceId,
        limit: u32,
    ) -> Result<Vec<Recurrence>, StorageError>;
    /// Recurrences over all workspaces whose next post must be made, longest waiting first, locked and skipping
    /// what others have locked.
    async fn due_recurrences(&self, now: Timestamp, limit: u32) -> Result<Vec<Recurrence>, StorageError>;
    /// The earliest instant at which a post must be made.
    async fn next_advance(&self) -> Result<Option<Timestamp>, StorageError>;
    /// The posts that stand for the dates until which recurrences were made, in no order; thrown away ones too.
    async fn posts_ahead(
        &self,
        recurrences: &[Recurrence],
    ) -> Result<Vec<(RecurrenceId, PostId)>, StorageError>;
    /// The posts that stand for dates of a recurrence from `from` on, in the order of dates; thrown away ones too.
    async fn occurrences(
        &self,
        recurrence: RecurrenceId,
        from: LocalDate,
    ) -> Result<Vec<(LocalDate, PostId)>, StorageError>;
}
