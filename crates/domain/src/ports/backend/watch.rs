//! Changes as they happen.

use std::pin::Pin;

use async_trait::async_trait;
use futures_core::Stream;

use crate::actor::Actor;
use crate::error::BackendError;
use crate::event::Event;

/// Changes as they happen.
#[async_trait]
pub trait Watch: Send + Sync {
    /// What changes in the actor's workspace from now on. Gaps are possible; watchers read again when in doubt.
    async fn watch(&self, actor: &Actor) -> Result<Pin<Box<dyn Stream<Item = Event> + Send>>, BackendError>;

    /// Wakes metronomes when something became due earlier than they know.
    async fn watch_schedule(&self) -> Result<Pin<Box<dyn Stream<Item = Event> + Send>>, BackendError>;
}
