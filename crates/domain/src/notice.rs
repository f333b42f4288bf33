//! What somebody should know.

use crate::id::{ChannelId, PostId, PublicationId};
use crate::publication::State;
use crate::time::Timestamp;

/// Notices of one page.
pub const PAGE: u32 = 100;

/// Something that somebody should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// What it is about.
    pub about: About,
    /// It in words.
    pub content: String,
    /// The page of the web UI about it.
    pub link: String,
    /// When it happened.
    pub at: Timestamp,
}

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// A post on a channel that did not go out, or of which nobody knows whether it did.
    Publication {
        /// Which.
        publication: PublicationId,
        /// Its post.
        post: PostId,
        /// Where it stands.
        state: State,
    },
    /// A channel that must be connected again.
    Reconnect(ChannelId),
    /// A channel whose access ends soon.
    GrantEnding(ChannelId),
}

/// One page of notices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notices {
    /// The notices, newest first.
    pub items: Vec<Notice>,
    /// How many there are on all pages.
    pub total: u64,
}
