//! Pauses: holding everything of a channel, a workspace or the instance, and letting it go again.

use async_trait::async_trait;

use crate::actor::Actor;
use crate::error::BackendError;
use crate::pause::{CatchUp, Pause, PauseScope, Resumed};

/// Pauses.
#[async_trait]
pub trait Pauses: Send + Sync {
    /// The pauses in force that hold anything of the actor's workspace: the instance's first, then the workspace's,
    /// then those of its channels.
    async fn pauses(&self, actor: &Actor) -> Result<Vec<Pause>, BackendError>;

    /// Whether this actor may pause and resume this; doors ask before they offer it.
    async fn may_pause(&self, actor: &Actor, scope: PauseScope) -> Result<bool, BackendError>;

    /// Holds what becomes due from now on; what a worker has in hand is finished. Pausing twice changes nothing.
    /// Answers the pause in force.
    ///
    /// Errors: [`BackendError::NotFound`] for what is not in the actor's workspace; a refusal with
    /// [`crate::Code::Forbidden`] when anybody but the instance's owner pauses the instance.
    async fn pause(&self, actor: &Actor, scope: PauseScope) -> Result<Pause, BackendError>;

    /// Ends a pause and lets go what it held, unless something else holds it; `catch_up` decides about what is late.
    /// Resuming what is not paused changes nothing.
    ///
    /// Errors: as with [`Pauses::pause`].
    async fn resume(
        &self,
        actor: &Actor,
        scope: PauseScope,
        catch_up: CatchUp,
    ) -> Result<Resumed, BackendError>;
}
