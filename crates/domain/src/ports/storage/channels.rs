//! Channels, credentials and connections as they are stored.

use async_trait::async_trait;

use super::StorageError;
use crate::channel::{Channel, Group, Slot};
use crate::id::{ChannelId, GroupId, WorkspaceId};
use crate::manifest::ProviderId;
use crate::time::Timestamp;

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
    /// From when on it is to be renewed; none where its access part has no end.
    pub renew_at: Option<Timestamp>,
}

/// The last warning about the end of a channel's whole grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GrantWarning {
    /// Whose grant.
    pub channel: ChannelId,
    /// The end that was warned of.
    pub ends_at: Timestamp,
    /// The threshold, in days before the end.
    pub days: u32,
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
    /// Pauses a channel or lets it go on, and nothing else of it; answers the channel unless it is gone.
    async fn set_channel_disabled(
        &self,
        workspace: WorkspaceId,
        id: ChannelId,
        disabled: bool,
    ) -> Result<Option<Channel>, StorageError>;
    /// Notes that a connected channel lost its access, and nothing else of it; answers the channel unless that was
    /// known, or it is gone.
    async fn mark_channel_lost(
        &self,
        id: ChannelId,
        reason: &str,
        since: Timestamp,
    ) -> Result<Option<Channel>, StorageError>;
    /// Notes when a channel's whole grant ends, and nothing else of it.
    async fn set_grant_end(&self, id: ChannelId, ends_at: Option<Timestamp>) -> Result<(), StorageError>;
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
    /// Keeps other units that lock the same channels waiting until this one ends, so that two of them do not find
    /// the same slot free.
    async fn lock_channels(&self, workspace: WorkspaceId, ids: &[ChannelId]) -> Result<(), StorageError>;
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
    /// Credentials of connected channels that are to be renewed by now and that nobody renews, the one that has
    /// waited longest first.
    async fn grants_to_renew(&self, now: Timestamp, limit: u32) -> Result<Vec<CredentialRow>, StorageError>;
    /// The version of a channel's credential; locks nothing.
    async fn grant_version(&self, channel: ChannelId) -> Result<Option<u64>, StorageError>;
    /// Connected channels whose whole grant ends before this instant, with the last warning about it, in the order
    /// of their ids after `after`; for services.
    async fn grants_ending(
        &self,
        before: Timestamp,
        after: Option<ChannelId>,
        limit: u32,
    ) -> Result<Vec<(Channel, Option<GrantWarning>)>, StorageError>;
    /// Remembers a warning in place of the one before.
    async fn put_grant_warning(&self, warning: &GrantWarning, at: Timestamp) -> Result<(), StorageError>;
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
