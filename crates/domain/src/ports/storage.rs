//! The storage port: units of work over the one database. Every query on tenant data takes the workspace first.

use async_trait::async_trait;

use crate::channel::{Channel, Group, Slot};
use crate::event::Event;
use crate::id::{
    AnnouncementId, ChannelId, GroupId, KeyId, MediaId, PersonId, PostId, PublicationId, SessionId, UploadId,
    WorkspaceId,
};
use crate::key::ApiKey;
use crate::manifest::ProviderId;
use crate::media::Media;
use crate::ports::MediaQuery;
use crate::post::{Page, Post, PostQuery};
use crate::publication::{Attempt, Publication};
use crate::time::Timestamp;
use crate::workspace::{Person, Role, Session, Workspace};

/// Why storage did not do it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StorageError {
    /// The database cannot be reached.
    #[error("database unavailable: {detail}")]
    Unavailable {
        /// Why, without secrets.
        detail: String,
    },
    /// A row breaks a uniqueness rule or was changed in between.
    #[error("conflict on {what}")]
    Conflict {
        /// The rule or table.
        what: String,
    },
    /// A stored value makes no sense.
    #[error("corrupt value in {table}.{column} of row {row}")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row's id.
        row: String,
    },
    /// The database refused the statement.
    #[error("database failed: {detail}")]
    Failed {
        /// Why, without secrets and texts.
        detail: String,
    },
}

/// The database.
#[async_trait]
pub trait Storage: Send + Sync {
    /// Begins a unit of work that may write. Dropping it without [`Unit::commit`] undoes all of it.
    async fn begin(&self) -> Result<Box<dyn Unit>, StorageError>;

    /// Begins a unit of work that only reads.
    async fn read(&self) -> Result<Box<dyn Unit>, StorageError>;

    /// Whether it answers and its schema is the current one.
    async fn ping(&self) -> Result<(), StorageError>;
}

/// One transaction.
#[async_trait]
pub trait Unit:
    WorkspaceStore
    + PeopleStore
    + KeyStore
    + ChannelStore
    + PostStore
    + PublicationStore
    + MediaRows
    + Outbox
    + Send
    + Sync
{
    /// Makes all of it so.
    async fn commit(self: Box<Self>) -> Result<(), StorageError>;
}

/// Workspaces.
#[async_trait]
pub trait WorkspaceStore {
    /// Stores a new workspace.
    async fn insert_workspace(&self, workspace: &Workspace) -> Result<(), StorageError>;
    /// Stores a changed workspace.
    async fn update_workspace(&self, workspace: &Workspace) -> Result<(), StorageError>;
    /// One workspace.
    async fn workspace(&self, id: WorkspaceId) -> Result<Option<Workspace>, StorageError>;
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
    /// Ends the sessions that expired before this instant; answers how many.
    async fn delete_ended_sessions(&self, before: Timestamp) -> Result<u64, StorageError>;
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

/// A sealed credential as it rests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CredentialRow {
    /// Whose it is.
    pub channel: ChannelId,
    /// Counts up with each renewal.
    pub version: u64,
    /// The sealed grant.
    pub sealed: Vec<u8>,
    /// When the access part ends.
    pub expires_at: Option<Timestamp>,
    /// When the whole grant ends.
    pub ends_at: Option<Timestamp>,
}

/// The right to renew one grant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GrantLease {
    /// It is this caller's until the given instant; the credential as it stands.
    Taken(CredentialRow),
    /// Somebody renews it; look again.
    Busy,
    /// Somebody has renewed it: this version is newer than the stale one.
    Renewed(CredentialRow),
}

/// A connection whose browser is away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectAttempt {
    /// What the platform gives back.
    pub state: String,
    /// Where the channel will belong.
    pub workspace: WorkspaceId,
    /// Which provider.
    pub provider: ProviderId,
    /// The channel that is connected again.
    pub channel: Option<ChannelId>,
    /// The provider's memory, sealed.
    pub sealed: Vec<u8>,
    /// Until when it may be finished.
    pub expires_at: Timestamp,
}

/// An app that was registered at an instance by itself (Mastodon).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppRegistration {
    /// Which provider.
    pub provider: ProviderId,
    /// The instance, redirect address and scopes it was made for, in one text.
    pub purpose: String,
    /// Client id and secret, sealed.
    pub sealed: Vec<u8>,
}

/// Channels and all that belongs to them.
#[async_trait]
pub trait ChannelStore {
    /// Stores a new channel; [`StorageError::Conflict`] when the account is connected in this workspace already.
    async fn insert_channel(&self, channel: &Channel) -> Result<(), StorageError>;
    /// Stores a changed channel.
    async fn update_channel(&self, channel: &Channel) -> Result<(), StorageError>;
    /// Marks a channel as removed and forgets its credential; answers whether it was there.
    async fn remove_channel(
        &self,
        workspace: WorkspaceId,
        id: ChannelId,
        at: Timestamp,
    ) -> Result<bool, StorageError>;
    /// One channel that is not removed.
    async fn channel(&self, workspace: WorkspaceId, id: ChannelId) -> Result<Option<Channel>, StorageError>;
    /// The channels of a workspace that are not removed, oldest first.
    async fn channels(&self, workspace: WorkspaceId) -> Result<Vec<Channel>, StorageError>;
    /// Channels by id over all workspaces, removed ones too; for services.
    async fn channels_by_id(&self, ids: &[ChannelId]) -> Result<Vec<Channel>, StorageError>;
    /// A channel by the platform's id, removed ones not.
    async fn channel_by_remote(
        &self,
        workspace: WorkspaceId,
        provider: &ProviderId,
        remote_id: &str,
    ) -> Result<Option<Channel>, StorageError>;
    /// The groups of a workspace, by name.
    async fn groups(&self, workspace: WorkspaceId) -> Result<Vec<Group>, StorageError>;
    /// The group of this name, made when new with the given id.
    async fn ensure_group(
        &self,
        workspace: WorkspaceId,
        id: GroupId,
        name: &str,
    ) -> Result<GroupId, StorageError>;
    /// The slots of a channel, in order.
    async fn slots(&self, channel: ChannelId) -> Result<Vec<Slot>, StorageError>;
    /// Replaces the slots of a channel.
    async fn set_slots(&self, channel: ChannelId, slots: &[Slot]) -> Result<(), StorageError>;
    /// The credentials of channels; for services.
    async fn credentials(&self, channels: &[ChannelId]) -> Result<Vec<CredentialRow>, StorageError>;
    /// Stores a credential, new or renewed, and gives the right to renew it back.
    async fn put_credential(&self, row: &CredentialRow) -> Result<(), StorageError>;
    /// Takes the right to renew a grant until `until`, unless it is newer than `stale` already.
    async fn lease_grant(
        &self,
        channel: ChannelId,
        stale: u64,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<GrantLease>, StorageError>;
    /// Gives the right to renew back without a new credential.
    async fn free_grant(&self, channel: ChannelId) -> Result<(), StorageError>;
    /// Credentials of connected channels whose access part ends before this instant and that nobody renews.
    async fn grants_ending(
        &self,
        before: Timestamp,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<CredentialRow>, StorageError>;
    /// Remembers a connection whose browser is away.
    async fn insert_connect_attempt(&self, attempt: &ConnectAttempt) -> Result<(), StorageError>;
    /// Takes a connection out of memory: it can be finished once.
    async fn take_connect_attempt(
        &self,
        provider: &ProviderId,
        state: &str,
        now: Timestamp,
    ) -> Result<Option<ConnectAttempt>, StorageError>;
    /// An app registered for this purpose.
    async fn app_registration(
        &self,
        provider: &ProviderId,
        purpose: &str,
    ) -> Result<Option<AppRegistration>, StorageError>;
    /// Remembers an app, replacing an older one for the same purpose.
    async fn put_app_registration(&self, registration: &AppRegistration) -> Result<(), StorageError>;
}

/// The answer to an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remembered {
    /// New: it is this caller's now, and stored with the unit of work.
    Fresh,
    /// The same request came before and made this.
    Replay(PostId),
    /// Another request came before under this key.
    Mismatch,
}

/// Posts.
#[async_trait]
pub trait PostStore {
    /// Stores a new post with versions, entries, uses of files and tags.
    async fn insert_post(&self, post: &Post) -> Result<(), StorageError>;
    /// Stores a changed post when `expected` is the stored version; [`StorageError::Conflict`] otherwise.
    async fn update_post(&self, post: &Post, expected: u64) -> Result<(), StorageError>;
    /// One post.
    async fn post(&self, workspace: WorkspaceId, id: PostId) -> Result<Option<Post>, StorageError>;
    /// Several posts over all workspaces; for services.
    async fn posts_by_id(&self, ids: &[PostId]) -> Result<Vec<Post>, StorageError>;
    /// A page of posts; publish time, then id, in the asked order. States are summed up from publications.
    async fn posts(&self, workspace: WorkspaceId, query: &PostQuery) -> Result<Page<Post>, StorageError>;
    /// Claims an idempotency key for a post that is going to be made.
    async fn remember(
        &self,
        workspace: WorkspaceId,
        key: &str,
        digest: &str,
        post: PostId,
        now: Timestamp,
    ) -> Result<Remembered, StorageError>;
    /// Forgets idempotency keys older than this; answers how many.
    async fn forget_keys(&self, before: Timestamp) -> Result<u64, StorageError>;
    /// The W3C trace context under which a post was made.
    async fn set_traceparent(&self, post: PostId, traceparent: &str) -> Result<(), StorageError>;
    /// The trace contexts of posts.
    async fn traceparents(&self, posts: &[PostId]) -> Result<Vec<(PostId, String)>, StorageError>;
}

/// An attempt with the workspace it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptRow {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The attempt.
    pub attempt: Attempt,
}

/// Publications.
#[async_trait]
pub trait PublicationStore {
    /// Stores new publications.
    async fn insert_publications(&self, publications: &[Publication]) -> Result<(), StorageError>;
    /// Stores changed publications with all that changed, releases included.
    async fn save_publications(&self, publications: &[Publication]) -> Result<(), StorageError>;
    /// Forgets publications of a post whose channel was taken out before anything went out.
    async fn delete_publications(&self, ids: &[PublicationId]) -> Result<(), StorageError>;
    /// One publication, locked for this unit of work where it may write.
    async fn publication(
        &self,
        workspace: WorkspaceId,
        id: PublicationId,
    ) -> Result<Option<Publication>, StorageError>;
    /// All publications of posts, locked for this unit of work where it may write, in the order they were made.
    async fn publications_of(
        &self,
        workspace: WorkspaceId,
        posts: &[PostId],
    ) -> Result<Vec<Publication>, StorageError>;
    /// Publications by id over all workspaces, locked; for services.
    async fn publications_by_id(&self, ids: &[PublicationId]) -> Result<Vec<Publication>, StorageError>;
    /// Due publications over all workspaces, oldest first, locked and skipping what others have locked: leasable
    /// states with `due_at` passed.
    async fn due(&self, now: Timestamp, limit: u32) -> Result<Vec<Publication>, StorageError>;
    /// Publications whose lease has lapsed, locked and skipping what others have locked.
    async fn lapsed(&self, now: Timestamp, limit: u32) -> Result<Vec<Publication>, StorageError>;
    /// The earliest `due_at` or `lease_until`.
    async fn next_due(&self) -> Result<Option<Timestamp>, StorageError>;
    /// Moves `lease_until` of held leases; answers those whose fencing number still held.
    async fn extend_leases(
        &self,
        leases: &[crate::publication::Lease],
        until: Timestamp,
    ) -> Result<Vec<crate::publication::Lease>, StorageError>;
    /// Publications of a channel in one of these states, locked.
    async fn publications_on(
        &self,
        channel: ChannelId,
        states: &[crate::publication::State],
    ) -> Result<Vec<Publication>, StorageError>;
    /// Publish times already planned on a channel in this span, whatever the state but cancelled.
    async fn planned_times(
        &self,
        channel: ChannelId,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<Timestamp>, StorageError>;
    /// Publications of a workspace in one of these states, most recently changed first.
    async fn publications_in(
        &self,
        workspace: WorkspaceId,
        states: &[crate::publication::State],
        limit: u32,
    ) -> Result<Vec<Publication>, StorageError>;
    /// Publications of a workspace whose publish time lies in this span; for figures.
    async fn publications_between(
        &self,
        workspace: WorkspaceId,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<Publication>, StorageError>;
    /// Stores attempts.
    async fn insert_attempts(&self, rows: &[AttemptRow]) -> Result<(), StorageError>;
    /// The attempts of a publication, oldest first.
    async fn attempts(
        &self,
        workspace: WorkspaceId,
        publication: PublicationId,
    ) -> Result<Vec<Attempt>, StorageError>;
    /// Removes what platforms said in attempts older than this; answers how many.
    async fn forget_evidence(&self, before: Timestamp) -> Result<u64, StorageError>;
}

/// An upload that was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadRow {
    /// Its id.
    pub id: UploadId,
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The file's name.
    pub name: String,
    /// Until when.
    pub expires_at: Timestamp,
}

/// Rows of the library.
#[async_trait]
pub trait MediaRows {
    /// Stores a new file's row.
    async fn insert_media(&self, media: &Media) -> Result<(), StorageError>;
    /// Stores a changed row.
    async fn update_media(&self, media: &Media) -> Result<(), StorageError>;
    /// One file.
    async fn media(&self, workspace: WorkspaceId, id: MediaId) -> Result<Option<Media>, StorageError>;
    /// A file by its store key.
    async fn media_by_key(&self, workspace: WorkspaceId, key: &str) -> Result<Option<Media>, StorageError>;
    /// A file with this content.
    async fn media_by_hash(&self, workspace: WorkspaceId, hash: &str) -> Result<Option<Media>, StorageError>;
    /// A page of files, newest first.
    async fn list_media(
        &self,
        workspace: WorkspaceId,
        query: &MediaQuery,
    ) -> Result<Page<Media>, StorageError>;
    /// Whether a post that is not out yet uses the file.
    async fn media_in_use(&self, workspace: WorkspaceId, id: MediaId) -> Result<bool, StorageError>;
    /// Marks a file as removed; answers whether it was there.
    async fn remove_media(
        &self,
        workspace: WorkspaceId,
        id: MediaId,
        at: Timestamp,
    ) -> Result<bool, StorageError>;
    /// Remembers an upload that was asked for.
    async fn insert_upload(&self, row: &UploadRow) -> Result<(), StorageError>;
    /// Takes an upload out of memory: it can be used once.
    async fn take_upload(&self, id: UploadId, now: Timestamp) -> Result<Option<UploadRow>, StorageError>;
    /// Forgets uploads that ended before this; answers how many.
    async fn forget_uploads(&self, before: Timestamp) -> Result<u64, StorageError>;
}

/// A stored intent to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// Its id; ids rise with time.
    pub id: AnnouncementId,
    /// What happened.
    pub event: Event,
    /// W3C trace context of the unit of work.
    pub traceparent: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// The outbox and the audit log: what is written with the change itself.
#[async_trait]
pub trait Outbox {
    /// Stores announcements with this unit of work.
    async fn announce(&self, announcements: &[Announcement]) -> Result<(), StorageError>;
    /// Announcements that were not sent, oldest first, locked and skipping what others have locked.
    async fn unsent(&self, limit: u32) -> Result<Vec<Announcement>, StorageError>;
    /// Removes announcements that were sent.
    async fn mark_sent(&self, ids: &[AnnouncementId]) -> Result<(), StorageError>;
    /// Stores a line of the audit log: who, by which door, did what to what.
    async fn audit(
        &self,
        actor: &crate::actor::Actor,
        action: &str,
        subject: &str,
        at: Timestamp,
    ) -> Result<(), StorageError>;
}
