//! People, their logins and their workspace.

mod log_in;
mod session;
mod sign_up;
mod workspace;

use async_trait::async_trait;
use postern_domain::id::SessionId;
use postern_domain::ports::{Login, Members, NewAccount, SignedIn, WorkspaceChange};
use postern_domain::secret::Secret;
use postern_domain::workspace::{Person, Session, Workspace};
use postern_domain::{Actor, BackendError};

use crate::App;

#[async_trait]
impl Members for App {
    async fn sign_up(&self, account: NewAccount) -> Result<SignedIn, BackendError> {
        sign_up::sign_up(&self.deps, account).await
    }

    async fn log_in(&self, login: Login) -> Result<SignedIn, BackendError> {
        log_in::log_in(&self.deps, login).await
    }

    async fn session(&self, token: Secret) -> Result<(Actor, Person, Workspace), BackendError> {
        session::session(&self.deps, &token).await
    }

    async fn log_out(&self, token: Secret) -> Result<(), BackendError> {
        session::log_out(&self.deps, &token).await
    }

    async fn sessions(&self, actor: &Actor) -> Result<Vec<Session>, BackendError> {
        session::sessions(&self.deps, actor).await
    }

    async fn end_session(&self, actor: &Actor, id: SessionId) -> Result<(), BackendError> {
        session::end_session(&self.deps, actor, id).await
    }

    async fn change_password(&self, actor: &Actor, old: Secret, new: Secret) -> Result<(), BackendError> {
        log_in::change_password(&self.deps, actor, &old, &new).await
    }

    async fn workspace(&self, actor: &Actor) -> Result<Workspace, BackendError> {
        workspace::workspace(self, actor).await
    }

    async fn change_workspace(
        &self,
        actor: &Actor,
        change: WorkspaceChange,
    ) -> Result<Workspace, BackendError> {
        let changed = workspace::change_workspace(&self.deps, actor, change).await?;
        self.known.workspaces.forget();
        Ok(changed)
    }
}
