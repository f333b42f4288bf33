//! Workspaces, people, memberships, sessions and keys as they are stored.

use async_trait::async_trait;

use super::StorageError;
use crate::id::{KeyId, PersonId, SessionId, WorkspaceId};
use crate::key::ApiKey;
use crate::time::Timestamp;
use crate::workspace::{Person, Role, Session, Workspace};

/// Workspaces.
#[async_trait]
pub trait WorkspaceStore {
    /// Stores a new workspace.
    async fn insert_workspace(&self, workspace: &Workspace) -> Result<(), StorageError>;
    /// Stores a changed workspace.
    async fn update_workspace(&self, workspace: &Workspace) -> Result<(), StorageError>;
    /// One workspace.
    async fn workspace(&self, id: WorkspaceId) -> Result<Option<Workspace>, StorageError>;
    /// All workspaces, oldest first; for the operator's command line.
    async fn all_workspaces(&self) -> Result<Vec<Workspace>, StorageError>;
    /// The oldest workspace, whose owner owns the instance.
    async fn first_workspace(&self) -> Result<Option<Workspace>, StorageError>;
    /// Several workspaces.
    async fn workspaces(&self, ids: &[WorkspaceId]) -> Result<Vec<Workspace>, StorageError>;
}

/// A person with their password's hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRow {
    /// The person.
    pub person: Person,
    /// The PHC string.
    pub password_hash: String,
}

/// A session with its token's digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// The session.
    pub session: Session,
    /// SHA-256 of the token.
    pub digest: [u8; 32],
}

/// People, memberships and sessions.
#[async_trait]
pub trait PeopleStore {
    /// How many people there are.
    async fn count_people(&self) -> Result<u64, StorageError>;
    /// Stores a new person; [`StorageError::Conflict`] when the address is taken.
    async fn insert_person(&self, row: &PersonRow) -> Result<(), StorageError>;
    /// Stores a new password hash.
    async fn update_password(&self, person: PersonId, hash: &str) -> Result<(), StorageError>;
    /// A person by address (lower case).
    async fn person_by_email(&self, email: &str) -> Result<Option<PersonRow>, StorageError>;
    /// A person.
    async fn person(&self, id: PersonId) -> Result<Option<PersonRow>, StorageError>;
    /// People whose name, address or id holds this text, by address; an empty one is held by all.
    async fn find_people(&self, text: &str, limit: u32) -> Result<Vec<Person>, StorageError>;
    /// Makes a person a member.
    async fn insert_member(
        &self,
        workspace: WorkspaceId,
        person: PersonId,
        role: Role,
    ) -> Result<(), StorageError>;
    /// The role of a person in a workspace.
    async fn role(&self, workspace: WorkspaceId, person: PersonId) -> Result<Option<Role>, StorageError>;
    /// The workspaces of a person, oldest membership first.
    async fn memberships(&self, person: PersonId) -> Result<Vec<(WorkspaceId, Role)>, StorageError>;
    /// The owner of a workspace, the first if there are several.
    async fn owner(&self, workspace: WorkspaceId) -> Result<Option<Person>, StorageError>;
    /// Stores a new session.
    async fn insert_session(&self, row: &SessionRow) -> Result<(), StorageError>;
    /// A session by its token's digest.
    async fn session_by_digest(&self, digest: &[u8; 32]) -> Result<Option<Session>, StorageError>;
    /// Notes that a session was used.
    async fn touch_session(&self, id: SessionId, at: Timestamp) -> Result<(), StorageError>;
    /// The sessions of a person.
    async fn sessions(&self, person: PersonId) -> Result<Vec<Session>, StorageError>;
    /// Ends a session of a person; nothing happens when it is gone.
    async fn delete_session(&self, person: PersonId, id: SessionId) -> Result<(), StorageError>;
}

/// API keys.
#[async_trait]
pub trait KeyStore {
    /// Stores a new key with its text's digest and who made it.
    async fn insert_key(
        &self,
        key: &ApiKey,
        digest: &[u8; 32],
        made_by: Option<PersonId>,
    ) -> Result<(), StorageError>;
    /// A key that is not revoked, by its text's digest, with who made it.
    async fn key_by_digest(
        &self,
        digest: &[u8; 32],
    ) -> Result<Option<(ApiKey, Option<PersonId>)>, StorageError>;
    /// The keys of a workspace that are not revoked, newest first.
    async fn keys(&self, workspace: WorkspaceId) -> Result<Vec<ApiKey>, StorageError>;
    /// Ends a key; answers whether it was there.
    async fn revoke_key(
        &self,
        workspace: WorkspaceId,
        id: KeyId,
        at: Timestamp,
    ) -> Result<bool, StorageError>;
    /// Notes that a key was used.
    async fn touch_key(&self, id: KeyId, at: Timestamp) -> Result<(), StorageError>;
}
