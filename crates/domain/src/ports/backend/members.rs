//! People, their logins and their workspace.

use std::time::Duration;

use async_trait::async_trait;

use crate::actor::Actor;
use crate::error::BackendError;
use crate::id::SessionId;
use crate::secret::Secret;
use crate::time::{Timestamp, Zone};
use crate::workspace::{Person, Session, Workspace};

/// People, their logins and their workspace.
#[async_trait]
pub trait Members: Send + Sync {
    /// Makes an account with a workspace of its own. The first one owns the instance; afterwards only while
    /// registration is open.
    async fn sign_up(&self, account: NewAccount) -> Result<SignedIn, BackendError>;

    /// Checks address and password and begins a session. Slow on purpose; limited by address.
    async fn log_in(&self, login: Login) -> Result<SignedIn, BackendError>;

    /// Who comes with this session token, and the person and workspace.
    async fn session(&self, token: Secret) -> Result<(Actor, Person, Workspace), BackendError>;

    /// Ends the session of this token.
    async fn log_out(&self, token: Secret) -> Result<(), BackendError>;

    /// The sessions of the person who asks.
    async fn sessions(&self, actor: &Actor) -> Result<Vec<Session>, BackendError>;

    /// Ends one session of the person who asks.
    async fn end_session(&self, actor: &Actor, id: SessionId) -> Result<(), BackendError>;

    /// Sets a new password and ends all other sessions.
    async fn change_password(&self, actor: &Actor, old: Secret, new: Secret) -> Result<(), BackendError>;

    /// The workspace of the actor.
    async fn workspace(&self, actor: &Actor) -> Result<Workspace, BackendError>;

    /// Changes the workspace.
    async fn change_workspace(
        &self,
        actor: &Actor,
        change: WorkspaceChange,
    ) -> Result<Workspace, BackendError>;
}

/// What is asked for when making an account.
#[derive(Debug, Clone, PartialEq)]
pub struct NewAccount {
    /// The address.
    pub email: String,
    /// The password, at least 10 characters.
    pub password: Secret,
    /// What to call the person; empty takes the address's first part.
    pub name: String,
    /// The workspace's name; empty takes the person's name.
    pub workspace: String,
    /// The zone of the workspace.
    pub zone: Zone,
    /// The browser's own description.
    pub user_agent: String,
}

/// Address and password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// The address.
    pub email: String,
    /// The password.
    pub password: Secret,
    /// The browser's own description.
    pub user_agent: String,
}

/// A session that just began.
#[derive(Debug, Clone, PartialEq)]
pub struct SignedIn {
    /// What the browser keeps; 43 characters.
    pub token: Secret,
    /// Until when.
    pub expires_at: Timestamp,
    /// Who it is.
    pub actor: Actor,
}

/// A change of a workspace; what is absent stays.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct WorkspaceChange {
    /// Its name.
    pub name: Option<String>,
    /// Its zone.
    pub zone: Option<Zone>,
    /// How late a post may still go out.
    pub lateness: Option<Duration>,
}
