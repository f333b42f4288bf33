//! People, their logins and their workspace.

use postern_domain::ports::{Login, NewAccount, WorkspaceChange};
use postern_domain::secret::Secret;
use tonic::{Request, Response, Status};

use super::Server;
use crate::convert::{id, many, needed, optional, zone};
use crate::fault::status;
use crate::v1;
use crate::v1::member_service_server::MemberService;

#[tonic::async_trait]
impl MemberService for Server {
    async fn sign_up(
        &self,
        request: Request<v1::SignUpRequest>,
    ) -> Result<Response<v1::SignUpReply>, Status> {
        let message = request.into_inner();
        let account = NewAccount {
            email: message.email,
            password: Secret::new(message.password),
            name: message.name,
            workspace: message.workspace,
            zone: zone(&message.zone, "zone")?,
            user_agent: message.user_agent,
        };
        let signed_in = self.backend.sign_up(account).await.map_err(status)?;
        Ok(Response::new(v1::SignUpReply {
            signed_in: Some(signed_in.into()),
        }))
    }

    async fn log_in(&self, request: Request<v1::LogInRequest>) -> Result<Response<v1::LogInReply>, Status> {
        let message = request.into_inner();
        let login = Login {
            email: message.email,
            password: Secret::new(message.password),
            user_agent: message.user_agent,
        };
        let signed_in = self.backend.log_in(login).await.map_err(status)?;
        Ok(Response::new(v1::LogInReply {
            signed_in: Some(signed_in.into()),
        }))
    }

    async fn get_session(
        &self,
        request: Request<v1::GetSessionRequest>,
    ) -> Result<Response<v1::GetSessionReply>, Status> {
        let message = request.into_inner();
        let token = Secret::new(message.token);
        let (actor, person, workspace) = self.backend.session(token).await.map_err(status)?;
        Ok(Response::new(v1::GetSessionReply {
            actor: Some((&actor).into()),
            person: Some(person.into()),
            workspace: Some(workspace.into()),
        }))
    }

    async fn log_out(
        &self,
        request: Request<v1::LogOutRequest>,
    ) -> Result<Response<v1::LogOutReply>, Status> {
        let message = request.into_inner();
        self.backend
            .log_out(Secret::new(message.token))
            .await
            .map_err(status)?;
        Ok(Response::new(v1::LogOutReply {}))
    }

    async fn list_sessions(
        &self,
        request: Request<v1::ListSessionsRequest>,
    ) -> Result<Response<v1::ListSessionsReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        let sessions = self.backend.sessions(&actor).await.map_err(status)?;
        Ok(Response::new(v1::ListSessionsReply {
            sessions: many(sessions),
        }))
    }

    async fn end_session(
        &self,
        request: Request<v1::EndSessionRequest>,
    ) -> Result<Response<v1::EndSessionReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        self.backend
            .end_session(&actor, id(&message.id, "id")?)
            .await
            .map_err(status)?;
        Ok(Response::new(v1::EndSessionReply {}))
    }

    async fn change_password(
        &self,
        request: Request<v1::ChangePasswordRequest>,
    ) -> Result<Response<v1::ChangePasswordReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        let (old, new) = (Secret::new(message.old), Secret::new(message.new));
        self.backend
            .change_password(&actor, old, new)
            .await
            .map_err(status)?;
        Ok(Response::new(v1::ChangePasswordReply {}))
    }

    async fn get_workspace(
        &self,
        request: Request<v1::GetWorkspaceRequest>,
    ) -> Result<Response<v1::GetWorkspaceReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        let workspace = self.backend.workspace(&actor).await.map_err(status)?;
        Ok(Response::new(v1::GetWorkspaceReply {
            workspace: Some(workspace.into()),
        }))
    }

    async fn change_workspace(
        &self,
        request: Request<v1::ChangeWorkspaceRequest>,
    ) -> Result<Response<v1::ChangeWorkspaceReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        let change = WorkspaceChange {
            name: message.name,
            zone: message.zone.map(|name| zone(&name, "zone")).transpose()?,
            lateness: optional(message.lateness, "lateness")?,
        };
        let workspace = self
            .backend
            .change_workspace(&actor, change)
            .await
            .map_err(status)?;
        Ok(Response::new(v1::ChangeWorkspaceReply {
            workspace: Some(workspace.into()),
        }))
    }
}
