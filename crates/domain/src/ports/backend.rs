//! The face of Postern towards its doors, workers and metronomes: a bundle of small traits, one per noun.

use std::pin::Pin;
use std::time::Duration;

use async_trait::async_trait;
use futures_core::Stream;

use crate::actor::Actor;
use crate::capability::Preview;
use crate::channel::{Channel, ConnectAnswer, ConnectRequest, ConnectStep, Credential, Group, Slot};
use crate::content::Document;
use crate::error::BackendError;
use crate::event::Event;
use crate::failure::Trace;
use crate::id::{ChannelId, GroupId, KeyId, MediaId, PostId, PublicationId, SessionId, WorkspaceId};
use crate::key::{ApiKey, CreatedKey, NewKey};
use crate::manifest::{Manifest, ProviderId};
use crate::media::{Media, MediaKind};
use crate::post::{
    Created, IdempotencyKey, NewPost, Page, PostEdit, PostQuery, PostRef, PostView, Resolution,
};
use crate::publication::{Armed, Attempt, Lease, Next, Outcome, Publication, Step};
use crate::secret::Secret;
use crate::time::{PublishAt, Timestamp, Zone};
use crate::value::{Settings, Value};
use crate::workspace::{Person, Session, Workspace};

/// All of Postern behind one object.
pub trait Backend: Posts + Channels + MediaLibrary + Keys + Members + Dispatch + Watch + Instance {}

impl<T: Posts + Channels + MediaLibrary + Keys + Members + Dispatch + Watch + Instance> Backend for T {}

/// Posts, as authors see them.
#[async_trait]
pub trait Posts: Send + Sync {
    /// Writes a post for all its channels, or nothing. With a key, a repeated request answers with the first
    /// result.
    async fn create_post(
        &self,
        actor: &Actor,
        post: NewPost,
        idempotency: Option<IdempotencyKey>,
    ) -> Result<Created, BackendError>;

    /// Renders and checks a post for each of its channels without storing anything. Problems that concern the
    /// post as a whole are the error.
    async fn preview_post(&self, actor: &Actor, post: NewPost) -> Result<Vec<TargetPreview>, BackendError>;

    /// One post; a publication's id finds its post.
    async fn post(&self, actor: &Actor, id: PostRef) -> Result<PostView, BackendError>;

    /// Posts by publish time.
    async fn posts(&self, actor: &Actor, query: PostQuery) -> Result<Page<PostView>, BackendError>;

    /// The tries of a publication, oldest first.
    async fn attempts(&self, actor: &Actor, id: PublicationId) -> Result<Vec<Attempt>, BackendError>;

    /// Changes a post; refused as soon as a worker has any of it.
    async fn update_post(&self, actor: &Actor, id: PostRef, edit: PostEdit)
    -> Result<PostView, BackendError>;

    /// Merges settings into one publication that is not yet under way.
    async fn update_settings(
        &self,
        actor: &Actor,
        id: PublicationId,
        settings: Settings,
    ) -> Result<PostView, BackendError>;

    /// Throws a post, or one channel's part of it, out of the plan. What is published stays at the platform.
    async fn cancel_post(&self, actor: &Actor, id: PostRef) -> Result<PostView, BackendError>;

    /// Publishes a draft or scheduled post, or one channel's part, at once.
    async fn publish_post(&self, actor: &Actor, id: PostRef) -> Result<PostView, BackendError>;

    /// Sends what failed or was missed once more.
    async fn retry_post(&self, actor: &Actor, id: PostRef) -> Result<PostView, BackendError>;

    /// Answers for a publication in doubt.
    async fn resolve_post(
        &self,
        actor: &Actor,
        id: PublicationId,
        answer: Resolution,
    ) -> Result<PostView, BackendError>;

    /// The next free slot of a channel after now.
    async fn find_slot(&self, actor: &Actor, channel: ChannelId) -> Result<PublishAt, BackendError>;

    /// How the last `days` days went, by channel and local day.
    async fn punctuality(&self, actor: &Actor, days: u32) -> Result<Vec<PunctualityRow>, BackendError>;
}

/// One target's preview.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetPreview {
    /// Which channel.
    pub channel: Channel,
    /// What it will look like and what stands in the way; fields begin with `/targets/{index}`.
    pub preview: Preview,
}

/// One channel's day.
#[derive(Debug, Clone, PartialEq)]
pub struct PunctualityRow {
    /// Which channel.
    pub channel: ChannelId,
    /// The local day in the workspace's zone, `YYYY-MM-DD`.
    pub day: String,
    /// How many went out.
    pub published: u32,
    /// How many failed or were missed.
    pub failed: u32,
    /// How many are in doubt.
    pub unconfirmed: u32,
    /// Middle lateness of those that went out, in milliseconds.
    pub median_late_ms: u64,
    /// Worst lateness of those that went out, in milliseconds.
    pub worst_late_ms: u64,
}

/// Channels and how they are connected.
#[async_trait]
pub trait Channels: Send + Sync {
    /// All channels of the workspace, or those of one group, in the order they were connected.
    async fn channels(&self, actor: &Actor, group: Option<GroupId>) -> Result<Vec<Channel>, BackendError>;

    /// One channel.
    async fn channel(&self, actor: &Actor, id: ChannelId) -> Result<Channel, BackendError>;

    /// The groups of the workspace.
    async fn groups(&self, actor: &Actor) -> Result<Vec<Group>, BackendError>;

    /// All providers, each with what the operator still has to set, if anything.
    async fn providers(&self) -> Result<Vec<(Manifest, Option<crate::problem::Problem>)>, BackendError>;

    /// The manifest of a provider with the limits of one channel of it filled in.
    async fn channel_manifest(&self, actor: &Actor, id: ChannelId) -> Result<Manifest, BackendError>;

    /// Begins to connect a channel, or connects it at once where credentials are enough.
    async fn connect(&self, actor: &Actor, request: ConnectRequest) -> Result<ConnectStep, BackendError>;

    /// Finishes after the browser came back. The state names the workspace, so no actor is needed.
    async fn finish_connect(
        &self,
        provider: ProviderId,
        answer: ConnectAnswer,
    ) -> Result<Channel, BackendError>;

    /// Changes a channel; a channel that works again releases what was held for it.
    async fn change_channel(
        &self,
        actor: &Actor,
        id: ChannelId,
        change: ChannelChange,
    ) -> Result<Channel, BackendError>;

    /// Removes a channel and cancels what waits for it. What is published stays.
    async fn remove_channel(&self, actor: &Actor, id: ChannelId) -> Result<(), BackendError>;

    /// The posting slots of a channel.
    async fn slots(&self, actor: &Actor, id: ChannelId) -> Result<Vec<Slot>, BackendError>;

    /// Replaces the posting slots of a channel.
    async fn set_slots(&self, actor: &Actor, id: ChannelId, slots: Vec<Slot>) -> Result<(), BackendError>;

    /// Runs a helper of the channel's provider; renews the grant once when it is stale.
    async fn help(&self, actor: &Actor, call: HelperCall) -> Result<Value, BackendError>;
}

/// A change of a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChannelChange {
    /// Switches it on or off; what waits for it stays.
    Disabled(bool),
    /// Puts it into a group by name (made when new), or takes it out.
    Group(Option<String>),
}

/// A look-up at a provider.
#[derive(Debug, Clone, PartialEq)]
pub struct HelperCall {
    /// Which channel.
    pub channel: ChannelId,
    /// Which helper of its manifest.
    pub helper: String,
    /// Its arguments.
    pub arguments: Settings,
}

/// The library of files.
#[async_trait]
pub trait MediaLibrary: Send + Sync {
    /// Asks for a place to upload to. The bytes then go by `PUT` to the ticket's URL, at most once.
    async fn begin_upload(&self, actor: &Actor, request: UploadRequest)
    -> Result<UploadTicket, BackendError>;

    /// Fetches a public URL into the library. `https_only` as the compatible REST route wants it.
    async fn import_media(&self, actor: &Actor, url: String, https_only: bool)
    -> Result<Media, BackendError>;

    /// One file.
    async fn media(&self, actor: &Actor, id: MediaId) -> Result<Media, BackendError>;

    /// Files, newest first.
    async fn list_media(&self, actor: &Actor, query: MediaQuery) -> Result<Page<Media>, BackendError>;

    /// Changes a file's default alternative text.
    async fn describe_media(
        &self,
        actor: &Actor,
        id: MediaId,
        alt: Option<String>,
    ) -> Result<Media, BackendError>;

    /// Removes a file that no unpublished post uses.
    async fn remove_media(&self, actor: &Actor, id: MediaId) -> Result<(), BackendError>;

    /// The public address of a file, as clients send it back in posts.
    fn media_url(&self, media: &Media) -> String;
}

/// What is going to be uploaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadRequest {
    /// The file's name.
    pub name: String,
    /// Its size in bytes, when known.
    pub bytes: Option<u64>,
}

/// A place to upload to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadTicket {
    /// Where to `PUT` the bytes: `{public URL}/api/uploads/{id}?token=…`; answers with the file as JSON.
    pub url: String,
    /// Until when.
    pub expires_at: Timestamp,
}

/// Which files to list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MediaQuery {
    /// Only of this kind.
    pub kind: Option<MediaKind>,
    /// Only with this in its name.
    pub search: Option<String>,
    /// Most files to give, 1 to 200.
    pub limit: u32,
    /// Where the page before ended.
    pub cursor: Option<String>,
}

/// API keys.
#[async_trait]
pub trait Keys: Send + Sync {
    /// Makes a key; its text is given this once.
    async fn create_key(&self, actor: &Actor, key: NewKey) -> Result<CreatedKey, BackendError>;

    /// All keys that are not revoked.
    async fn keys(&self, actor: &Actor) -> Result<Vec<ApiKey>, BackendError>;

    /// Ends a key at once.
    async fn revoke_key(&self, actor: &Actor, id: KeyId) -> Result<(), BackendError>;

    /// Who comes with this key; [`BackendError::Unauthenticated`] when nobody does.
    async fn authenticate(&self, key: Secret) -> Result<Actor, BackendError>;

    /// True for the first caller with this token within `ttl`: makes confirmations single-use.
    async fn claim_once(&self, actor: &Actor, token: String, ttl: Duration) -> Result<bool, BackendError>;
}

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

/// Work, as metronomes and workers see it. Called by services only.
#[async_trait]
pub trait Dispatch: Send + Sync {
    /// Leases what is due, oldest first, at most `limit`, and announces it; lapsed leases are taken up first.
    /// Answers how many were released.
    async fn release_due(&self, limit: u32) -> Result<u32, BackendError>;

    /// The earliest instant at which something becomes due or a lease lapses.
    async fn next_due(&self) -> Result<Option<Timestamp>, BackendError>;

    /// Takes leased publications for this worker; those that somebody else has are left out.
    async fn claim(&self, worker: &str, leases: Vec<Lease>) -> Result<Vec<Claimed>, BackendError>;

    /// Keeps leases alive; answers those that are lost.
    async fn extend(&self, leases: Vec<Lease>) -> Result<Vec<Lease>, BackendError>;

    /// Stores the provider's progress on the current entry.
    async fn save_step(&self, lease: Lease, step: Step) -> Result<(), BackendError>;

    /// Arms commits before they are sent; for each lease what was armed, or none when the lease is lost.
    async fn arm(&self, leases: Vec<(Lease, Step)>) -> Result<Vec<Option<Armed>>, BackendError>;

    /// Takes reports; for each what comes next, or none when the lease is lost.
    async fn report(&self, reports: Vec<Report>) -> Result<Vec<Option<Next>>, BackendError>;

    /// A credential newer than `stale`: what is stored, or renewed now by one caller at a time. None means that
    /// the grant is gone and the channel was marked.
    async fn fresh_credential(
        &self,
        channel: ChannelId,
        stale: u64,
    ) -> Result<Option<Credential>, BackendError>;

    /// Renews grants that end soon; answers how many. Called by metronomes.
    async fn refresh_grants(&self, limit: u32) -> Result<u32, BackendError>;

    /// Removes what is no longer needed: sent announcements, old attempts, ended sessions and uploads.
    async fn clean_up(&self) -> Result<u32, BackendError>;
}

/// Everything a worker needs for one piece of work.
#[derive(Debug, Clone, PartialEq)]
pub struct Claimed {
    /// The lease.
    pub lease: Lease,
    /// Until when it holds.
    pub lease_until: Timestamp,
    /// What to do.
    pub work: Work,
    /// The publication as it stands.
    pub publication: Publication,
    /// Its channel.
    pub channel: Channel,
    /// The opened credential.
    pub credential: Credential,
    /// All its entries.
    pub entries: Vec<ClaimedEntry>,
    /// W3C trace context of the call that made the post.
    pub traceparent: Option<String>,
}

/// What a worker is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Work {
    /// Bring the current entry out.
    Publish,
    /// Find out whether the armed commit arrived.
    Detect(Armed),
}

/// One entry as a worker gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedEntry {
    /// Its text.
    pub content: Document,
    /// Its files.
    pub media: Vec<ClaimedMedia>,
    /// How long to wait after the entry before.
    pub delay: Duration,
}

/// One file as a worker gets it; read through [`crate::ports::MediaReader`] by its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedMedia {
    /// The file.
    pub media: Media,
    /// Words for those who cannot see it.
    pub alt: Option<String>,
}

/// A worker's report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The lease.
    pub lease: Lease,
    /// How it ended.
    pub outcome: Outcome,
    /// What the platform said.
    pub trace: Trace,
    /// When the worker began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Timestamp,
}

/// Changes as they happen.
#[async_trait]
pub trait Watch: Send + Sync {
    /// What changes in the actor's workspace from now on. Gaps are possible; watchers read again when in doubt.
    async fn watch(&self, actor: &Actor) -> Result<Pin<Box<dyn Stream<Item = Event> + Send>>, BackendError>;

    /// Wakes metronomes when something became due earlier than they know.
    async fn watch_schedule(&self) -> Result<Pin<Box<dyn Stream<Item = Event> + Send>>, BackendError>;
}

/// The instance as a whole.
#[async_trait]
pub trait Instance: Send + Sync {
    /// What may be known without an account.
    async fn info(&self) -> Result<InstanceInfo, BackendError>;

    /// What the operator or the workspace should look at: channels to reconnect, posts in doubt or missed.
    async fn alerts(&self, actor: &Actor) -> Result<Vec<Alert>, BackendError>;

    /// Whether the database and the bus answer; the name of what does not.
    async fn ready(&self) -> Result<Vec<(String, Result<(), String>)>, BackendError>;
}

/// What may be known without an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstanceInfo {
    /// The version of Postern.
    pub version: String,
    /// Whether anybody has an account yet.
    pub has_owner: bool,
    /// Whether new accounts are taken.
    pub registration_open: bool,
    /// The public address.
    pub public_url: String,
}

/// Something that wants a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Alert {
    /// A channel must be connected again.
    Reconnect {
        /// Which.
        channel: ChannelId,
        /// Its name.
        name: String,
        /// Why.
        reason: String,
    },
    /// A publication waits for a person's answer, failed or was missed.
    Publication {
        /// The workspace.
        workspace: WorkspaceId,
        /// The post.
        post: PostId,
        /// Which.
        publication: PublicationId,
        /// Its state.
        state: crate::publication::State,
    },
}
