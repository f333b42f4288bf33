//! Channels and how they are connected.

mod change;
mod connect;
mod helper;
mod read;

use async_trait::async_trait;
use postern_domain::channel::{Channel, ConnectAnswer, ConnectRequest, ConnectStep, Group, Slot};
use postern_domain::id::{ChannelId, GroupId};
use postern_domain::manifest::{Manifest, ProviderId};
use postern_domain::ports::{ChannelChange, Channels, HelperCall};
use postern_domain::value::Value;
use postern_domain::{Actor, BackendError, Problem};

use crate::App;

#[async_trait]
impl Channels for App {
    async fn channels(&self, actor: &Actor, group: Option<GroupId>) -> Result<Vec<Channel>, BackendError> {
        read::channels(&self.deps, actor, group).await
    }

    async fn channel(&self, actor: &Actor, id: ChannelId) -> Result<Channel, BackendError> {
        read::channel(&self.deps, actor, id).await
    }

    async fn groups(&self, actor: &Actor) -> Result<Vec<Group>, BackendError> {
        read::groups(&self.deps, actor).await
    }

    async fn providers(&self) -> Result<Vec<(Manifest, Option<Problem>)>, BackendError> {
        let catalog = &self.deps.catalog;
        let listed = catalog.manifests().iter();
        Ok(listed
            .map(|manifest| (manifest.clone(), catalog.configured(&manifest.id).err()))
            .collect())
    }

    async fn channel_manifest(&self, actor: &Actor, id: ChannelId) -> Result<Manifest, BackendError> {
        read::channel_manifest(&self.deps, actor, id).await
    }

    async fn connect(&self, actor: &Actor, request: ConnectRequest) -> Result<ConnectStep, BackendError> {
        connect::connect(&self.deps, actor, request).await
    }

    async fn finish_connect(
        &self,
        provider: ProviderId,
        answer: ConnectAnswer,
    ) -> Result<Channel, BackendError> {
        connect::finish_connect(&self.deps, provider, answer).await
    }

    async fn change_channel(
        &self,
        actor: &Actor,
        id: ChannelId,
        change: ChannelChange,
    ) -> Result<Channel, BackendError> {
        change::change_channel(&self.deps, actor, id, change).await
    }

    async fn remove_channel(&self, actor: &Actor, id: ChannelId) -> Result<(), BackendError> {
        change::remove_channel(&self.deps, actor, id).await
    }

    async fn slots(&self, actor: &Actor, id: ChannelId) -> Result<Vec<Slot>, BackendError> {
        read::slots(&self.deps, actor, id).await
    }

    async fn set_slots(&self, actor: &Actor, id: ChannelId, slots: Vec<Slot>) -> Result<(), BackendError> {
        change::set_slots(&self.deps, actor, id, slots).await
    }

    async fn help(&self, actor: &Actor, call: HelperCall) -> Result<Value, BackendError> {
        helper::help(self, actor, call).await
    }
}
