//! Channels, their grants and slots, and how they are connected.

use postern_domain::channel::{Channel, ConnectAnswer, ConnectStep, Credential, Group, Health, Slot};
use postern_domain::manifest::{Manifest, ProviderId};
use postern_domain::ports::ChannelChange;
use postern_domain::problem::Problem;
use postern_domain::secret::Secret;
use postern_domain::time::Timestamp;

use super::{ConvertError, id, needed, optional, optional_id};
use crate::v1;

impl From<Channel> for v1::Channel {
    fn from(channel: Channel) -> Self {
        Self {
            id: channel.id.to_string(),
            workspace: channel.workspace.to_string(),
            provider: channel.provider.to_string(),
            remote_id: channel.remote_id,
            name: channel.name,
            handle: channel.handle,
            picture: channel.picture,
            disconnected: match channel.health {
                Health::Connected => None,
                Health::NeedsReconnect { reason, since } => Some(v1::Disconnected {
                    reason,
                    since: since.as_micros(),
                }),
            },
            disabled: channel.disabled,
            details: Some(channel.details.into()),
            group: channel.group.map(|id| id.to_string()),
            grant_expires_at: channel.grant_expires_at.map(Timestamp::as_micros),
            created_at: channel.created_at.as_micros(),
        }
    }
}

impl TryFrom<v1::Channel> for Channel {
    type Error = ConvertError;

    fn try_from(message: v1::Channel) -> Result<Self, ConvertError> {
        Ok(Self {
            id: id(&message.id, "id")?,
            workspace: id(&message.workspace, "workspace")?,
            provider: ProviderId::new(message.provider),
            remote_id: message.remote_id,
            name: message.name,
            handle: message.handle,
            picture: message.picture,
            health: message
                .disconnected
                .map_or(Health::Connected, |lost| Health::NeedsReconnect {
                    reason: lost.reason,
                    since: Timestamp::from_micros(lost.since),
                }),
            disabled: message.disabled,
            details: needed(message.details, "details")?,
            group: optional_id(message.group.as_deref(), "group")?,
            grant_expires_at: message.grant_expires_at.map(Timestamp::from_micros),
            created_at: Timestamp::from_micros(message.created_at),
        })
    }
}

impl From<Credential> for v1::Credential {
    fn from(credential: Credential) -> Self {
        Self {
            grant: credential.grant.reveal().to_owned(),
            version: credential.version,
            expires_at: credential.expires_at.map(Timestamp::as_micros),
        }
    }
}

impl TryFrom<v1::Credential> for Credential {
    type Error = ConvertError;

    fn try_from(message: v1::Credential) -> Result<Self, ConvertError> {
        Ok(Self {
            grant: Secret::new(message.grant),
            version: message.version,
            expires_at: message.expires_at.map(Timestamp::from_micros),
        })
    }
}

impl From<Group> for v1::Group {
    fn from(group: Group) -> Self {
        Self {
            id: group.id.to_string(),
            name: group.name,
        }
    }
}

impl TryFrom<v1::Group> for Group {
    type Error = ConvertError;

    fn try_from(message: v1::Group) -> Result<Self, ConvertError> {
        Ok(Self {
            id: id(&message.id, "id")?,
            name: message.name,
        })
    }
}

impl From<Slot> for v1::Slot {
    fn from(slot: Slot) -> Self {
        Self {
            weekday: slot.weekday.map(u32::from),
            minute: slot.minute.into(),
        }
    }
}

impl TryFrom<v1::Slot> for Slot {
    type Error = ConvertError;

    fn try_from(message: v1::Slot) -> Result<Self, ConvertError> {
        Ok(Self {
            weekday: message
                .weekday
                .map(u8::try_from)
                .transpose()
                .map_err(|_| ConvertError::new("weekday", "out of range"))?,
            minute: message
                .minute
                .try_into()
                .map_err(|_| ConvertError::new("minute", "out of range"))?,
        })
    }
}

impl From<(Manifest, Option<Problem>)> for v1::Provider {
    fn from((manifest, missing): (Manifest, Option<Problem>)) -> Self {
        Self {
            manifest: Some(manifest.into()),
            missing: missing.map(Into::into),
        }
    }
}

impl TryFrom<v1::Provider> for (Manifest, Option<Problem>) {
    type Error = ConvertError;

    fn try_from(message: v1::Provider) -> Result<Self, ConvertError> {
        Ok((
            needed(message.manifest, "manifest")?,
            optional(message.missing, "missing")?,
        ))
    }
}

impl From<ConnectStep> for v1::ConnectReply {
    fn from(step: ConnectStep) -> Self {
        use v1::connect_reply::Step;

        let step = match step {
            ConnectStep::Redirect { url, state } => Step::Redirect(v1::ConnectRedirect { url, state }),
            ConnectStep::Done(channel) => Step::Done((*channel).into()),
        };
        Self { step: Some(step) }
    }
}

impl TryFrom<v1::ConnectReply> for ConnectStep {
    type Error = ConvertError;

    fn try_from(message: v1::ConnectReply) -> Result<Self, ConvertError> {
        use v1::connect_reply::Step;

        Ok(match message.step.ok_or_else(|| ConvertError::absent("step"))? {
            Step::Redirect(redirect) => Self::Redirect {
                url: redirect.url,
                state: redirect.state,
            },
            Step::Done(channel) => Self::Done(Box::new(needed(Some(channel), "done")?)),
        })
    }
}

impl From<(ProviderId, ConnectAnswer)> for v1::FinishConnectRequest {
    fn from((provider, answer): (ProviderId, ConnectAnswer)) -> Self {
        Self {
            provider: provider.to_string(),
            state: answer.state,
            code: answer.code.map(|code| code.reveal().to_owned()),
            error: answer.error,
        }
    }
}

impl From<v1::FinishConnectRequest> for (ProviderId, ConnectAnswer) {
    fn from(message: v1::FinishConnectRequest) -> Self {
        let answer = ConnectAnswer {
            state: message.state,
            code: message.code.map(Secret::new),
            error: message.error,
        };
        (ProviderId::new(message.provider), answer)
    }
}

impl From<ChannelChange> for v1::change_channel_request::Change {
    fn from(change: ChannelChange) -> Self {
        match change {
            ChannelChange::Disabled(disabled) => Self::Disabled(disabled),
            ChannelChange::Group(Some(name)) => Self::Group(name),
            ChannelChange::Group(None) => Self::Ungroup(v1::Mark {}),
        }
    }
}

impl TryFrom<v1::change_channel_request::Change> for ChannelChange {
    type Error = ConvertError;

    fn try_from(message: v1::change_channel_request::Change) -> Result<Self, ConvertError> {
        use v1::change_channel_request::Change;

        Ok(match message {
            Change::Disabled(disabled) => Self::Disabled(disabled),
            Change::Group(name) => Self::Group(Some(name)),
            Change::Ungroup(_) => Self::Group(None),
        })
    }
}
