//! Events.

use postern_domain::event::Event;
use postern_domain::manifest::ProviderId;

use super::{ConvertError, id};
use crate::v1;
use crate::v1::event::Kind;

impl From<Event> for v1::Event {
    fn from(event: Event) -> Self {
        let kind = match event {
            Event::PublicationDue {
                publication,
                fence,
                lane,
            } => Kind::PublicationDue(v1::PublicationDue {
                publication: publication.to_string(),
                fence,
                lane,
            }),
            Event::PostChanged {
                workspace,
                post,
                state,
            } => Kind::PostChanged(v1::PostChanged {
                workspace: workspace.to_string(),
                post: post.to_string(),
                state,
            }),
            Event::ChannelChanged {
                workspace,
                channel,
                provider,
            } => Kind::ChannelChanged(v1::ChannelChanged {
                workspace: workspace.to_string(),
                channel: channel.to_string(),
                provider: provider.to_string(),
            }),
            Event::ScheduleChanged => Kind::ScheduleChanged(v1::Mark {}),
        };
        Self { kind: Some(kind) }
    }
}

impl TryFrom<v1::Event> for Event {
    type Error = ConvertError;

    fn try_from(message: v1::Event) -> Result<Self, ConvertError> {
        Ok(match message.kind.ok_or_else(|| ConvertError::absent("kind"))? {
            Kind::PublicationDue(due) => Self::PublicationDue {
                publication: id(&due.publication, "publication")?,
                fence: due.fence,
                lane: due.lane,
            },
            Kind::PostChanged(changed) => Self::PostChanged {
                workspace: id(&changed.workspace, "workspace")?,
                post: id(&changed.post, "post")?,
                state: changed.state,
            },
            Kind::ChannelChanged(changed) => Self::ChannelChanged {
                workspace: id(&changed.workspace, "workspace")?,
                channel: id(&changed.channel, "channel")?,
                provider: ProviderId::new(changed.provider),
            },
            Kind::ScheduleChanged(_) => Self::ScheduleChanged,
        })
    }
}
