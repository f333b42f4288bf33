//! Channels and how they are connected.

use async_trait::async_trait;

use crate::actor::Actor;
use crate::channel::{Channel, ConnectAnswer, ConnectRequest, ConnectStep, Group, Slot};
use crate::error::BackendError;
use crate::id::{ChannelId, GroupId};
use crate::manifest::{Manifest, ProviderId};
use crate::problem::Problem;
use crate::value::{Settings, Value};

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
    async fn providers(&self) -> Result<Vec<(Manifest, Option<Problem>)>, BackendError>;

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
    /// Pauses it or lets it go on; what waits for it stays. What was held too long goes by the lateness rule.
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
