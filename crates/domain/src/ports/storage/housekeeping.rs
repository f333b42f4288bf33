//! Forgetting what is no longer needed, at most `limit` rows with each call.

use async_trait::async_trait;

use super::StorageError;
use crate::time::Timestamp;

/// Forgetting. Every call answers how many rows it met; fewer than `limit` means that there is nothing left.
///
/// Nothing here ever touches a post, a publication or a release.
#[async_trait]
pub trait Housekeeping {
    /// Ends the sessions that expired by this instant.
    async fn delete_ended_sessions(&self, until: Timestamp, limit: u32) -> Result<u64, StorageError>;
    /// Forgets uploads that ended by this instant.
    async fn forget_uploads(&self, until: Timestamp, limit: u32) -> Result<u64, StorageError>;
    /// Forgets connections that nobody finished by this instant.
    async fn forget_connections(&self, until: Timestamp, limit: u32) -> Result<u64, StorageError>;
    /// Forgets idempotency keys made before this instant.
    async fn forget_keys(&self, before: Timestamp, limit: u32) -> Result<u64, StorageError>;
    /// Forgets answers to idempotency keys that came before this instant.
    async fn forget_answers(&self, before: Timestamp, limit: u32) -> Result<u64, StorageError>;
    /// Removes what platforms said in attempts that ended before this instant; the rest of the history stays.
    async fn forget_evidence(&self, before: Timestamp, limit: u32) -> Result<u64, StorageError>;
    /// Forgets lines of the audit log written before this instant.
    async fn forget_audit(&self, before: Timestamp, limit: u32) -> Result<u64, StorageError>;
    /// Forgets announcements that were laid aside before this instant.
    async fn forget_buried(&self, before: Timestamp, limit: u32) -> Result<u64, StorageError>;
}
