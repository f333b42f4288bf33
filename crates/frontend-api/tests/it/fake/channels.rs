use async_trait::async_trait;
use postern_domain::actor::Actor;
use postern_domain::channel::{Channel, ConnectAnswer, ConnectRequest, ConnectStep, Group, Health, Slot};
use postern_domain::id::{ChannelId, GroupId};
use postern_domain::manifest::{Connect, Manifest, ProviderId};
use postern_domain::ports::{ChannelChange, Channels, HelperCall};
use postern_domain::value::Value;
use postern_domain::{BackendError, Code, Problem, capability};

use super::{Fake, samples};

#[async_trait]
impl Channels for Fake {
    async fn channels(&self, _: &Actor, _: Option<GroupId>) -> Result<Vec<Channel>, BackendError> {
        Ok(self.state().channels.clone())
    }

    async fn channel(&self, _: &Actor, id: ChannelId) -> Result<Channel, BackendError> {
        self.channel_named(id)
            .ok_or_else(|| BackendError::not_found("channel", id))
    }

    async fn groups(&self, _: &Actor) -> Result<Vec<Group>, BackendError> {
        Ok(Vec::new())
    }

    async fn providers(&self) -> Result<Vec<(Manifest, Option<Problem>)>, BackendError> {
        Ok(samples::manifests())
    }

    async fn channel_manifest(&self, _: &Actor, id: ChannelId) -> Result<Manifest, BackendError> {
        let channel = self
            .channel_named(id)
            .ok_or_else(|| BackendError::not_found("channel", id))?;
        samples::manifest(&channel.provider).ok_or(BackendError::Internal)
    }

    async fn connect(&self, _: &Actor, request: ConnectRequest) -> Result<ConnectStep, BackendError> {
        let manifest = samples::manifest(&request.provider).ok_or(BackendError::Internal)?;
        let mut problems = Vec::new();
        capability::check_settings(
            manifest.connect.fields(),
            &request.fields,
            "/fields",
            &mut problems,
        );
        if !problems.is_empty() {
            return Err(BackendError::Refused(problems));
        }
        match manifest.connect {
            Connect::Redirect { .. } => Ok(ConnectStep::Redirect {
                url: "https://platform.example/authorize?state=s1".to_owned(),
                state: "s1".to_owned(),
            }),
            Connect::Credentials { .. } => {
                let handle = request
                    .fields
                    .get("handle")
                    .and_then(Value::as_text)
                    .unwrap_or("sample");
                let channel =
                    samples::channel(self.next(), request.provider.as_str(), handle, handle, self.now);
                self.state().channels.push(channel.clone());
                Ok(ConnectStep::Done(Box::new(channel)))
            }
        }
    }

    async fn finish_connect(
        &self,
        provider: ProviderId,
        answer: ConnectAnswer,
    ) -> Result<Channel, BackendError> {
        if answer.state != "s1" {
            return Err(BackendError::refused(Problem::new(
                Code::ConnectExpired,
                "/state",
                "this connection attempt is unknown or too old",
                "begin again under Channels",
            )));
        }
        if let Some(error) = answer.error {
            return Err(BackendError::refused(
                Problem::new(
                    Code::ConnectFailed,
                    "/error",
                    "the platform did not give access",
                    "begin again and allow access on the platform's page",
                )
                .given(error),
            ));
        }
        let channel = samples::channel(
            self.next(),
            provider.as_str(),
            "Harbour Press",
            "harbour",
            self.now,
        );
        self.state().channels.push(channel.clone());
        Ok(channel)
    }

    async fn change_channel(
        &self,
        _: &Actor,
        id: ChannelId,
        change: ChannelChange,
    ) -> Result<Channel, BackendError> {
        let mut state = self.state();
        let channel = state.channels.iter_mut().find(|channel| channel.id == id);
        let channel = channel.ok_or_else(|| BackendError::not_found("channel", id))?;
        if let ChannelChange::Disabled(disabled) = change {
            channel.disabled = disabled;
        }
        Ok(channel.clone())
    }

    async fn remove_channel(&self, _: &Actor, id: ChannelId) -> Result<(), BackendError> {
        self.state().channels.retain(|channel| channel.id != id);
        Ok(())
    }

    async fn slots(&self, _: &Actor, _: ChannelId) -> Result<Vec<Slot>, BackendError> {
        Ok(self.state().slots.clone())
    }

    async fn set_slots(&self, _: &Actor, _: ChannelId, slots: Vec<Slot>) -> Result<(), BackendError> {
        self.state().slots = slots;
        Ok(())
    }

    async fn help(&self, _: &Actor, _: HelperCall) -> Result<Value, BackendError> {
        Ok(Value::Null)
    }
}

impl Fake {
    /// Says that a channel lost its access.
    pub(crate) fn break_channel(&self, place: usize, reason: &str) {
        let since = self.now.minus(std::time::Duration::from_hours(2));
        self.state().channels[place].health = Health::NeedsReconnect {
            reason: reason.to_owned(),
            since,
        };
    }
}
