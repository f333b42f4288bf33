//! The instance and its alerts.

use postern_domain::ports::{Alert, InstanceInfo};
use postern_domain::time::Timestamp;

use super::{ConvertError, closed, id, number};
use crate::v1;
use crate::v1::alert::Kind;

impl From<InstanceInfo> for v1::GetInfoReply {
    fn from(info: InstanceInfo) -> Self {
        Self {
            version: info.version,
            has_owner: info.has_owner,
            registration_open: info.registration_open,
            public_url: info.public_url,
        }
    }
}

impl From<v1::GetInfoReply> for InstanceInfo {
    fn from(message: v1::GetInfoReply) -> Self {
        Self {
            version: message.version,
            has_owner: message.has_owner,
            registration_open: message.registration_open,
            public_url: message.public_url,
        }
    }
}

impl From<Alert> for v1::Alert {
    fn from(alert: Alert) -> Self {
        let kind = match alert {
            Alert::Reconnect {
                channel,
                name,
                reason,
            } => Kind::Reconnect(v1::ReconnectAlert {
                channel: channel.to_string(),
                name,
                reason,
            }),
            Alert::GrantEnding {
                channel,
                name,
                ends_at,
            } => Kind::GrantEnding(v1::GrantEndingAlert {
                channel: channel.to_string(),
                name,
                ends_at: ends_at.as_micros(),
            }),
            Alert::Publication {
                workspace,
                post,
                publication,
                state,
            } => Kind::Publication(v1::PublicationAlert {
                workspace: workspace.to_string(),
                post: post.to_string(),
                publication: publication.to_string(),
                state: number::<v1::PublicationState, _>(state),
            }),
        };
        Self { kind: Some(kind) }
    }
}

impl TryFrom<v1::Alert> for Alert {
    type Error = ConvertError;

    fn try_from(message: v1::Alert) -> Result<Self, ConvertError> {
        Ok(match message.kind.ok_or_else(|| ConvertError::absent("kind"))? {
            Kind::Reconnect(alert) => Self::Reconnect {
                channel: id(&alert.channel, "channel")?,
                name: alert.name,
                reason: alert.reason,
            },
            Kind::GrantEnding(alert) => Self::GrantEnding {
                channel: id(&alert.channel, "channel")?,
                name: alert.name,
                ends_at: Timestamp::from_micros(alert.ends_at),
            },
            Kind::Publication(alert) => Self::Publication {
                workspace: id(&alert.workspace, "workspace")?,
                post: id(&alert.post, "post")?,
                publication: id(&alert.publication, "publication")?,
                state: closed::<v1::PublicationState, _>(alert.state, "state")?,
            },
        })
    }
}

/// What one thing the instance leans on answered.
type Check = (String, Result<(), String>);

impl From<Check> for v1::Check {
    fn from((name, answer): Check) -> Self {
        Self {
            name,
            failure: answer.err(),
        }
    }
}

impl From<v1::Check> for Check {
    fn from(message: v1::Check) -> Self {
        (message.name, message.failure.map_or(Ok(()), Err))
    }
}
