//! What did not get through.

use async_trait::async_trait;

use crate::actor::Actor;
use crate::dead_letter::{DeadLetter, DeadLetterId};
use crate::error::BackendError;

/// What did not get through.
#[async_trait]
pub trait DeadLetters: Send + Sync {
    /// The publications of the actor's workspace whose tries are used up, and for the instance's owner the
    /// announcements that could not be told; at most 100 of each, newest first.
    async fn dead_letters(&self, actor: &Actor) -> Result<Vec<DeadLetter>, BackendError>;

    /// Tries one of them again: publishes once more, or announces once more.
    ///
    /// Errors: [`BackendError::NotFound`] when there is no such dead letter that this actor may see.
    async fn replay(&self, actor: &Actor, id: DeadLetterId) -> Result<(), BackendError>;
}
