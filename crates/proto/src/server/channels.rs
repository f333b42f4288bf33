//! Channels.

use postern_domain::channel::ConnectRequest;
use postern_domain::manifest::ProviderId;
use postern_domain::ports::HelperCall;
use tonic::{Request, Response, Status};

use super::Server;
use crate::convert::{each, id, many, needed, optional_id};
use crate::fault::status;
use crate::v1;
use crate::v1::channel_service_server::ChannelService;

#[tonic::async_trait]
impl ChannelService for Server {
    async fn list_channels(
        &self,
        request: Request<v1::ListChannelsRequest>,
    ) -> Result<Response<v1::ListChannelsReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        let group = optional_id(message.group.as_deref(), "group")?;
        let channels = self.backend.channels(&actor, group).await.map_err(status)?;
        Ok(Response::new(v1::ListChannelsReply {
            channels: many(channels),
        }))
    }

    async fn get_channel(
        &self,
        request: Request<v1::GetChannelRequest>,
    ) -> Result<Response<v1::GetChannelReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        let channel = self
            .backend
            .channel(&actor, id(&message.id, "id")?)
            .await
            .map_err(status)?;
        Ok(Response::new(v1::GetChannelReply {
            channel: Some(channel.into()),
        }))
    }

    async fn list_groups(
        &self,
        request: Request<v1::ListGroupsRequest>,
    ) -> Result<Response<v1::ListGroupsReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        let groups = self.backend.groups(&actor).await.map_err(status)?;
        Ok(Response::new(v1::ListGroupsReply { groups: many(groups) }))
    }

    async fn list_providers(
        &self,
        _: Request<v1::ListProvidersRequest>,
    ) -> Result<Response<v1::ListProvidersReply>, Status> {
        let providers = self.backend.providers().await.map_err(status)?;
        Ok(Response::new(v1::ListProvidersReply {
            providers: many(providers),
        }))
    }

    async fn get_channel_manifest(
        &self,
        request: Request<v1::GetChannelManifestRequest>,
    ) -> Result<Response<v1::GetChannelManifestReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        let manifest = self
            .backend
            .channel_manifest(&actor, id(&message.id, "id")?)
            .await
            .map_err(status)?;
        Ok(Response::new(v1::GetChannelManifestReply {
            manifest: Some(manifest.into()),
        }))
    }

    async fn connect(
        &self,
        request: Request<v1::ConnectRequest>,
    ) -> Result<Response<v1::ConnectReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        let request = ConnectRequest {
            provider: ProviderId::new(message.provider),
            fields: needed(message.fields, "fields")?,
            reconnect: optional_id(message.reconnect.as_deref(), "reconnect")?,
        };
        let step = self.backend.connect(&actor, request).await.map_err(status)?;
        Ok(Response::new(step.into()))
    }

    async fn finish_connect(
        &self,
        request: Request<v1::FinishConnectRequest>,
    ) -> Result<Response<v1::FinishConnectReply>, Status> {
        let message = request.into_inner();
        let (provider, answer) = message.into();
        let channel = self
            .backend
            .finish_connect(provider, answer)
            .await
            .map_err(status)?;
        Ok(Response::new(v1::FinishConnectReply {
            channel: Some(channel.into()),
        }))
    }

    async fn change_channel(
        &self,
        request: Request<v1::ChangeChannelRequest>,
    ) -> Result<Response<v1::ChangeChannelReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        let change = needed(message.change, "change")?;
        let channel = self
            .backend
            .change_channel(&actor, id(&message.id, "id")?, change)
            .await
            .map_err(status)?;
        Ok(Response::new(v1::ChangeChannelReply {
            channel: Some(channel.into()),
        }))
    }

    async fn remove_channel(
        &self,
        request: Request<v1::RemoveChannelRequest>,
    ) -> Result<Response<v1::RemoveChannelReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        self.backend
            .remove_channel(&actor, id(&message.id, "id")?)
            .await
            .map_err(status)?;
        Ok(Response::new(v1::RemoveChannelReply {}))
    }

    async fn list_slots(
        &self,
        request: Request<v1::ListSlotsRequest>,
    ) -> Result<Response<v1::ListSlotsReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        let slots = self
            .backend
            .slots(&actor, id(&message.id, "id")?)
            .await
            .map_err(status)?;
        Ok(Response::new(v1::ListSlotsReply { slots: many(slots) }))
    }

    async fn set_slots(
        &self,
        request: Request<v1::SetSlotsRequest>,
    ) -> Result<Response<v1::SetSlotsReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        let slots = each(message.slots, "slots")?;
        self.backend
            .set_slots(&actor, id(&message.id, "id")?, slots)
            .await
            .map_err(status)?;
        Ok(Response::new(v1::SetSlotsReply {}))
    }

    async fn help(&self, request: Request<v1::HelpRequest>) -> Result<Response<v1::HelpReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        let call = HelperCall {
            channel: id(&message.channel, "channel")?,
            helper: message.helper,
            arguments: needed(message.arguments, "arguments")?,
        };
        let value = self.backend.help(&actor, call).await.map_err(status)?;
        Ok(Response::new(v1::HelpReply {
            value: Some(value.into()),
        }))
    }
}
