//! What is announced when something changed.

use crate::id::{ChannelId, PostId, PublicationId, WorkspaceId};
use crate::manifest::ProviderId;
use crate::ports::StreamName;

/// Something that happened; written to the outbox in the transaction that made it so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A publication was leased and waits for a worker. Goes to the lane of its provider.
    PublicationDue {
        /// Which.
        publication: PublicationId,
        /// The fencing number of the lease.
        fence: u64,
        /// The lane.
        lane: String,
    },
    /// Something about a post or one of its publications changed. Goes to the event stream.
    PostChanged {
        /// The workspace.
        workspace: WorkspaceId,
        /// Which post.
        post: PostId,
        /// Its summary state after the change, [`crate::post::PostState::as_str`].
        state: String,
    },
    /// Something about a channel changed. Goes to the event stream.
    ChannelChanged {
        /// The workspace.
        workspace: WorkspaceId,
        /// Which.
        channel: ChannelId,
        /// Its provider.
        provider: ProviderId,
    },
    /// The next due instant may have moved forward; metronomes look again.
    ScheduleChanged,
}

impl Event {
    /// All names of [`Event::kind`].
    pub const KINDS: [&'static str; 4] = [
        "publication.due",
        "post.changed",
        "channel.changed",
        "schedule.changed",
    ];

    /// The name in storage and on streams.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::PublicationDue { .. } => "publication.due",
            Self::PostChanged { .. } => "post.changed",
            Self::ChannelChanged { .. } => "channel.changed",
            Self::ScheduleChanged => "schedule.changed",
        }
    }

    /// The stream it travels on.
    pub fn stream(&self) -> StreamName {
        match self {
            Self::PublicationDue { lane, .. } => StreamName::publish(lane),
            Self::PostChanged { .. } | Self::ChannelChanged { .. } | Self::ScheduleChanged => {
                StreamName::events()
            }
        }
    }

    /// Its ids and numbers by name, as streams and the outbox carry them.
    pub fn fields(&self) -> Vec<(String, String)> {
        let pair = |name: &str, value: String| (name.to_owned(), value);
        match self {
            Self::PublicationDue {
                publication,
                fence,
                lane,
            } => vec![
                pair("publication", publication.to_string()),
                pair("fence", fence.to_string()),
                pair("lane", lane.clone()),
            ],
            Self::PostChanged {
                workspace,
                post,
                state,
            } => vec![
                pair("workspace", workspace.to_string()),
                pair("post", post.to_string()),
                pair("state", state.clone()),
            ],
            Self::ChannelChanged {
                workspace,
                channel,
                provider,
            } => vec![
                pair("workspace", workspace.to_string()),
                pair("channel", channel.to_string()),
                pair("provider", provider.to_string()),
            ],
            Self::ScheduleChanged => Vec::new(),
        }
    }

    /// Reads [`Event::kind`] and [`Event::fields`] back; none for a kind that is not known or a broken field.
    pub fn read(kind: &str, fields: &[(String, String)]) -> Option<Self> {
        let field = |name: &str| {
            fields
                .iter()
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.as_str())
        };
        match kind {
            "publication.due" => Some(Self::PublicationDue {
                publication: field("publication")?.parse().ok()?,
                fence: field("fence")?.parse().ok()?,
                lane: field("lane")?.to_owned(),
            }),
            "post.changed" => Some(Self::PostChanged {
                workspace: field("workspace")?.parse().ok()?,
                post: field("post")?.parse().ok()?,
                state: field("state")?.to_owned(),
            }),
            "channel.changed" => Some(Self::ChannelChanged {
                workspace: field("workspace")?.parse().ok()?,
                channel: field("channel")?.parse().ok()?,
                provider: ProviderId::new(field("provider")?),
            }),
            "schedule.changed" => Some(Self::ScheduleChanged),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_read_back_from_what_streams_carry() {
        for event in [
            Event::PublicationDue {
                publication: PublicationId::from_bits(1),
                fence: 7,
                lane: "x".into(),
            },
            Event::PostChanged {
                workspace: WorkspaceId::from_bits(2),
                post: PostId::from_bits(3),
                state: "published".into(),
            },
            Event::ChannelChanged {
                workspace: WorkspaceId::from_bits(2),
                channel: ChannelId::from_bits(4),
                provider: ProviderId::of("x"),
            },
            Event::ScheduleChanged,
        ] {
            assert!(Event::KINDS.contains(&event.kind()));
            assert_eq!(Event::read(event.kind(), &event.fields()), Some(event));
        }
        assert_eq!(Event::read("something.else", &[]), None);
        assert_eq!(Event::read("post.changed", &[]), None);
    }
}
