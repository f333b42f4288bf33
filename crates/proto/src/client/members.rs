//! People, their logins and their workspace.

use async_trait::async_trait;
use postern_domain::id::SessionId;
use postern_domain::ports::{Login, Members, NewAccount, SignedIn, WorkspaceChange};
use postern_domain::secret::Secret;
use postern_domain::workspace::{Person, Session, Workspace};
use postern_domain::{Actor, BackendError};

use super::{Client, answer};
use crate::convert::{each, needed};
use crate::v1;

#[async_trait]
impl Members for Client {
    async fn sign_up(&self, account: NewAccount) -> Result<SignedIn, BackendError> {
        let request = v1::SignUpRequest {
            email: account.email,
            password: account.password.reveal().to_owned(),
            name: account.name,
            workspace: account.workspace,
            zone: account.zone.name().to_owned(),
            user_agent: account.user_agent,
        };
        let reply = answer(self.member_service().sign_up(request).await)?;
        Ok(needed(reply.signed_in, "signed_in")?)
    }

    async fn log_in(&self, login: Login) -> Result<SignedIn, BackendError> {
        let request = v1::LogInRequest {
            email: login.email,
            password: login.password.reveal().to_owned(),
            user_agent: login.user_agent,
        };
        let reply = answer(self.member_service().log_in(request).await)?;
        Ok(needed(reply.signed_in, "signed_in")?)
    }

    async fn session(&self, token: Secret) -> Result<(Actor, Person, Workspace), BackendError> {
        let request = v1::GetSessionRequest {
            token: token.reveal().to_owned(),
        };
        let reply = answer(self.member_service().get_session(request).await)?;
        Ok((
            needed(reply.actor, "actor")?,
            needed(reply.person, "person")?,
            needed(reply.workspace, "workspace")?,
        ))
    }

    async fn log_out(&self, token: Secret) -> Result<(), BackendError> {
        let request = v1::LogOutRequest {
            token: token.reveal().to_owned(),
        };
        answer(self.member_service().log_out(request).await)?;
        Ok(())
    }

    async fn sessions(&self, actor: &Actor) -> Result<Vec<Session>, BackendError> {
        let request = v1::ListSessionsRequest {
            actor: Some(actor.into()),
        };
        let reply = answer(self.member_service().list_sessions(request).await)?;
        Ok(each(reply.sessions, "sessions")?)
    }

    async fn end_session(&self, actor: &Actor, id: SessionId) -> Result<(), BackendError> {
        let request = v1::EndSessionRequest {
            actor: Some(actor.into()),
            id: id.to_string(),
        };
        answer(self.member_service().end_session(request).await)?;
        Ok(())
    }

    async fn change_password(&self, actor: &Actor, old: Secret, new: Secret) -> Result<(), BackendError> {
        let request = v1::ChangePasswordRequest {
            actor: Some(actor.into()),
            old: old.reveal().to_owned(),
            new: new.reveal().to_owned(),
        };
        answer(self.member_service().change_password(request).await)?;
        Ok(())
    }

    async fn workspace(&self, actor: &Actor) -> Result<Workspace, BackendError> {
        let request = v1::GetWorkspaceRequest {
            actor: Some(actor.into()),
        };
        let reply = answer(self.member_service().get_workspace(request).await)?;
        Ok(needed(reply.workspace, "workspace")?)
    }

    async fn change_workspace(
        &self,
        actor: &Actor,
        change: WorkspaceChange,
    ) -> Result<Workspace, BackendError> {
        let request = v1::ChangeWorkspaceRequest {
            actor: Some(actor.into()),
            name: change.name,
            zone: change.zone.map(|zone| zone.name().to_owned()),
            lateness: change.lateness.map(Into::into),
        };
        let reply = answer(self.member_service().change_workspace(request).await)?;
        Ok(needed(reply.workspace, "workspace")?)
    }
}
