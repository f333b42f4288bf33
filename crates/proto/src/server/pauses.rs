//! Pauses and dead letters.

use postern_domain::pause::PauseScope;
use tonic::{Request, Response, Status};

use super::Server;
use crate::convert::{closed, id, many, needed};
use crate::fault::status;
use crate::v1;
use crate::v1::dead_letter_service_server::DeadLetterService;
use crate::v1::pause_service_server::PauseService;

#[tonic::async_trait]
impl PauseService for Server {
    async fn list_pauses(
        &self,
        request: Request<v1::ListPausesRequest>,
    ) -> Result<Response<v1::ListPausesReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        let pauses = self.backend.pauses(&actor).await.map_err(status)?;
        Ok(Response::new(v1::ListPausesReply { pauses: many(pauses) }))
    }

    async fn may_pause(
        &self,
        request: Request<v1::MayPauseRequest>,
    ) -> Result<Response<v1::MayPauseReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        let scope: PauseScope = id(&message.scope, "scope")?;
        let allowed = self.backend.may_pause(&actor, scope).await.map_err(status)?;
        Ok(Response::new(v1::MayPauseReply { allowed }))
    }

    async fn pause(&self, request: Request<v1::PauseRequest>) -> Result<Response<v1::PauseReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        let scope: PauseScope = id(&message.scope, "scope")?;
        let pause = self.backend.pause(&actor, scope).await.map_err(status)?;
        Ok(Response::new(v1::PauseReply {
            pause: Some(pause.into()),
        }))
    }

    async fn resume(&self, request: Request<v1::ResumeRequest>) -> Result<Response<v1::ResumeReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        let scope: PauseScope = id(&message.scope, "scope")?;
        let catch_up = closed::<v1::CatchUp, _>(message.catch_up, "catch_up")?;
        let resumed = self
            .backend
            .resume(&actor, scope, catch_up)
            .await
            .map_err(status)?;
        Ok(Response::new(resumed.into()))
    }
}

#[tonic::async_trait]
impl DeadLetterService for Server {
    async fn list_dead_letters(
        &self,
        request: Request<v1::ListDeadLettersRequest>,
    ) -> Result<Response<v1::ListDeadLettersReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        let letters = self.backend.dead_letters(&actor).await.map_err(status)?;
        Ok(Response::new(v1::ListDeadLettersReply {
            dead_letters: many(letters),
        }))
    }

    async fn replay(&self, request: Request<v1::ReplayRequest>) -> Result<Response<v1::ReplayReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        let letter = id(&message.id, "id")?;
        self.backend.replay(&actor, letter).await.map_err(status)?;
        Ok(Response::new(v1::ReplayReply {}))
    }
}
