//! Channels.

use async_trait::async_trait;
use postern_domain::channel::{Channel, ConnectAnswer, ConnectRequest, ConnectStep, Group, Slot};
use postern_domain::id::{ChannelId, GroupId};
use postern_domain::manifest::{Manifest, ProviderId};
use postern_domain::ports::{ChannelChange, Channels, HelperCall};
use postern_domain::value::Value;
use postern_domain::{Actor, BackendError, Problem};

use super::{Client, answer};
use crate::convert::{each, many, needed};
use crate::v1;

#[async_trait]
impl Channels for Client {
    async fn channels(&self, actor: &Actor, group: Option<GroupId>) -> Result<Vec<Channel>, BackendError> {
        let request = v1::ListChannelsRequest {
            actor: Some(actor.into()),
            group: group.map(|id| id.to_string()),
        };
        let reply = answer(self.channel_service().list_channels(request).await)?;
        Ok(each(reply.channels, "channels")?)
    }

    async fn channel(&self, actor: &Actor, id: ChannelId) -> Result<Channel, BackendError> {
        let request = v1::GetChannelRequest {
            actor: Some(actor.into()),
            id: id.to_string(),
        };
        let reply = answer(self.channel_service().get_channel(request).await)?;
        Ok(needed(reply.channel, "channel")?)
    }

    async fn groups(&self, actor: &Actor) -> Result<Vec<Group>, BackendError> {
        let request = v1::ListGroupsRequest {
            actor: Some(actor.into()),
        };
        let reply = answer(self.channel_service().list_groups(request).await)?;
        Ok(each(reply.groups, "groups")?)
    }

    async fn providers(&self) -> Result<Vec<(Manifest, Option<Problem>)>, BackendError> {
        let request = v1::ListProvidersRequest {};
        let reply = answer(self.channel_service().list_providers(request).await)?;
        Ok(each(reply.providers, "providers")?)
    }

    async fn channel_manifest(&self, actor: &Actor, id: ChannelId) -> Result<Manifest, BackendError> {
        let request = v1::GetChannelManifestRequest {
            actor: Some(actor.into()),
            id: id.to_string(),
        };
        let reply = answer(self.channel_service().get_channel_manifest(request).await)?;
        Ok(needed(reply.manifest, "manifest")?)
    }

    async fn connect(&self, actor: &Actor, request: ConnectRequest) -> Result<ConnectStep, BackendError> {
        let request = v1::ConnectRequest {
            actor: Some(actor.into()),
            provider: request.provider.to_string(),
            fields: Some(request.fields.into()),
            reconnect: request.reconnect.map(|id| id.to_string()),
        };
        let reply = answer(self.channel_service().connect(request).await)?;
        Ok(reply.try_into()?)
    }

    async fn finish_connect(
        &self,
        provider: ProviderId,
        came_back: ConnectAnswer,
    ) -> Result<Channel, BackendError> {
        let request = v1::FinishConnectRequest::from((provider, came_back));
        let reply = answer(self.channel_service().finish_connect(request).await)?;
        Ok(needed(reply.channel, "channel")?)
    }

    async fn change_channel(
        &self,
        actor: &Actor,
        id: ChannelId,
        change: ChannelChange,
    ) -> Result<Channel, BackendError> {
        let request = v1::ChangeChannelRequest {
            actor: Some(actor.into()),
            id: id.to_string(),
            change: Some(change.into()),
        };
        let reply = answer(self.channel_service().change_channel(request).await)?;
        Ok(needed(reply.channel, "channel")?)
    }

    async fn remove_channel(&self, actor: &Actor, id: ChannelId) -> Result<(), BackendError> {
        let request = v1::RemoveChannelRequest {
            actor: Some(actor.into()),
            id: id.to_string(),
        };
        answer(self.channel_service().remove_channel(request).await)?;
        Ok(())
    }

    async fn slots(&self, actor: &Actor, id: ChannelId) -> Result<Vec<Slot>, BackendError> {
        let request = v1::ListSlotsRequest {
            actor: Some(actor.into()),
            id: id.to_string(),
        };
        let reply = answer(self.channel_service().list_slots(request).await)?;
        Ok(each(reply.slots, "slots")?)
    }

    async fn set_slots(&self, actor: &Actor, id: ChannelId, slots: Vec<Slot>) -> Result<(), BackendError> {
        let request = v1::SetSlotsRequest {
            actor: Some(actor.into()),
            id: id.to_string(),
            slots: many(slots),
        };
        answer(self.channel_service().set_slots(request).await)?;
        Ok(())
    }

    async fn help(&self, actor: &Actor, call: HelperCall) -> Result<Value, BackendError> {
        let request = v1::HelpRequest {
            actor: Some(actor.into()),
            channel: call.channel.to_string(),
            helper: call.helper,
            arguments: Some(call.arguments.into()),
        };
        let reply = answer(self.channel_service().help(request).await)?;
        Ok(needed(reply.value, "value")?)
    }
}
