//! Pauses: holding everything of a channel, a workspace or the instance, and letting it go again.

mod gate;
mod let_go;
mod switch;

use async_trait::async_trait;
use postern_domain::pause::{CatchUp, Pause, PauseScope, Resumed};
use postern_domain::ports::Pauses;
use postern_domain::{Actor, BackendError};

use crate::App;

pub(crate) use gate::{Gate, Lateness};
pub(crate) use let_go::{keep_on, let_go};
pub(crate) use switch::set_channel;

#[async_trait]
impl Pauses for App {
    async fn pauses(&self, actor: &Actor) -> Result<Vec<Pause>, BackendError> {
        switch::pauses(&self.deps, actor).await
    }

    async fn may_pause(&self, actor: &Actor, scope: PauseScope) -> Result<bool, BackendError> {
        switch::may_pause(&self.deps, actor, scope).await
    }

    async fn pause(&self, actor: &Actor, scope: PauseScope) -> Result<Pause, BackendError> {
        switch::pause(&self.deps, actor, scope).await
    }

    async fn resume(
        &self,
        actor: &Actor,
        scope: PauseScope,
        catch_up: CatchUp,
    ) -> Result<Resumed, BackendError> {
        switch::resume(&self.deps, actor, scope, catch_up).await
    }
}
