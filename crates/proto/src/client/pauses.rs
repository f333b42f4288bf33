//! Pauses and dead letters.

use async_trait::async_trait;
use postern_domain::dead_letter::{DeadLetter, DeadLetterId};
use postern_domain::pause::{CatchUp, Pause, PauseScope, Resumed};
use postern_domain::ports::{DeadLetters, Pauses};
use postern_domain::{Actor, BackendError};

use super::{Client, answer};
use crate::convert::{each, needed, number};
use crate::v1;

#[async_trait]
impl Pauses for Client {
    async fn pauses(&self, actor: &Actor) -> Result<Vec<Pause>, BackendError> {
        let request = v1::ListPausesRequest {
            actor: Some(actor.into()),
        };
        let reply = answer(self.pause_service().list_pauses(request).await)?;
        Ok(each(reply.pauses, "pauses")?)
    }

    async fn may_pause(&self, actor: &Actor, scope: PauseScope) -> Result<bool, BackendError> {
        let request = v1::MayPauseRequest {
            actor: Some(actor.into()),
            scope: scope.to_string(),
        };
        Ok(answer(self.pause_service().may_pause(request).await)?.allowed)
    }

    async fn pause(&self, actor: &Actor, scope: PauseScope) -> Result<Pause, BackendError> {
        let request = v1::PauseRequest {
            actor: Some(actor.into()),
            scope: scope.to_string(),
        };
        let reply = answer(self.pause_service().pause(request).await)?;
        Ok(needed(reply.pause, "pause")?)
    }

    async fn resume(
        &self,
        actor: &Actor,
        scope: PauseScope,
        catch_up: CatchUp,
    ) -> Result<Resumed, BackendError> {
        let request = v1::ResumeRequest {
            actor: Some(actor.into()),
            scope: scope.to_string(),
            catch_up: number::<v1::CatchUp, _>(catch_up),
        };
        let reply = answer(self.pause_service().resume(request).await)?;
        Ok(reply.into())
    }
}

#[async_trait]
impl DeadLetters for Client {
    async fn dead_letters(&self, actor: &Actor) -> Result<Vec<DeadLetter>, BackendError> {
        let request = v1::ListDeadLettersRequest {
            actor: Some(actor.into()),
        };
        let reply = answer(self.dead_letter_service().list_dead_letters(request).await)?;
        Ok(each(reply.dead_letters, "dead_letters")?)
    }

    async fn replay(&self, actor: &Actor, id: DeadLetterId) -> Result<(), BackendError> {
        let request = v1::ReplayRequest {
            actor: Some(actor.into()),
            id: id.to_string(),
        };
        answer(self.dead_letter_service().replay(request).await)?;
        Ok(())
    }
}
