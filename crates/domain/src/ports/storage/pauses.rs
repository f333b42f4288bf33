//! Pauses as they are stored, and what they hold.

use async_trait::async_trait;

use super::StorageError;
use crate::id::{PublicationId, WorkspaceId};
use crate::pause::{Pause, PauseScope, Resumption};
use crate::publication::Publication;

/// Pauses.
#[async_trait]
pub trait PauseStore {
    /// The pauses in force of the instance, of these workspaces and of their channels, in this order.
    async fn pauses(&self, workspaces: &[WorkspaceId]) -> Result<Vec<Pause>, StorageError>;
    /// Stores a pause of something in this workspace (none for the instance), also in place of a resumption; answers
    /// the one in force, which is the older one where there was one.
    async fn put_pause(&self, pause: &Pause, workspace: Option<WorkspaceId>) -> Result<Pause, StorageError>;
    /// Ends a pause and stores that what it held is to be let go; also without a pause. The row belongs to this
    /// unit of work until it ends.
    async fn put_resumption(
        &self,
        resumption: &Resumption,
        workspace: Option<WorkspaceId>,
    ) -> Result<(), StorageError>;
    /// Resumptions that are not done, at most `limit`.
    async fn resumptions(&self, limit: u32) -> Result<Vec<Resumption>, StorageError>;
    /// The resumption of this scope, locked; none when it is done, or paused again.
    async fn resumption(&self, scope: PauseScope) -> Result<Option<Resumption>, StorageError>;
    /// Forgets a resumption that is done; nothing happens to a pause.
    async fn delete_resumption(&self, scope: PauseScope) -> Result<(), StorageError>;
    /// Held publications of a scope in the order of their ids after `after`, locked where this unit may write; for
    /// services.
    async fn held(
        &self,
        scope: PauseScope,
        after: Option<PublicationId>,
        limit: u32,
    ) -> Result<Vec<Publication>, StorageError>;
}
