//! What is announced when something changed.

use crate::id::{ChannelId, PostId, PublicationId, WorkspaceId};
use crate::manifest::ProviderId;

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
    /// The name in storage and on streams.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::PublicationDue { .. } => "publication.due",
            Self::PostChanged { .. } => "post.changed",
            Self::ChannelChanged { .. } => "channel.changed",
            Self::ScheduleChanged => "schedule.changed",
        }
    }
}
