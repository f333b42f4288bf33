//! Connected accounts and their grants.

use std::fmt;

use crate::id::{ChannelId, GroupId, WorkspaceId};
use crate::manifest::ProviderId;
use crate::secret::Secret;
use crate::time::Timestamp;
use crate::value::{Settings, Value};

/// One connected account, page or board at a platform.
#[derive(Debug, Clone, PartialEq)]
pub struct Channel {
    /// Its id.
    pub id: ChannelId,
    /// The workspace it belongs to.
    pub workspace: WorkspaceId,
    /// Which adapter serves it.
    pub provider: ProviderId,
    /// The platform's own id of the account; with the host where ids are only unique per instance.
    pub remote_id: String,
    /// Its name.
    pub name: String,
    /// Its handle, without `@`.
    pub handle: String,
    /// Its picture.
    pub picture: Option<String>,
    /// Whether it works.
    pub health: Health,
    /// Whether it is paused: its posts are held until somebody resumes it.
    pub disabled: bool,
    /// What the provider keeps about it: instance address, limits, user id. Nothing secret.
    pub details: Value,
    /// The group it was put into.
    pub group: Option<GroupId>,
    /// When its grant ends unless it is renewed.
    pub grant_expires_at: Option<Timestamp>,
    /// When it was connected.
    pub created_at: Timestamp,
}

/// Whether a channel works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Health {
    /// As far as is known.
    Connected,
    /// Its owner must connect it again; its posts are held meanwhile.
    NeedsReconnect {
        /// Why, in words for its owner.
        reason: String,
        /// Since when.
        since: Timestamp,
    },
}

impl Channel {
    /// Whether posts can go out here now.
    pub fn is_ready(&self) -> bool {
        !self.disabled && self.health == Health::Connected
    }
}

/// A named set of channels: a customer, a brand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its id.
    pub id: GroupId,
    /// Its name.
    pub name: String,
}

/// The opened tokens of a channel. Never logged; sealed wherever it rests.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential {
    /// What the adapter made of the grant (tokens and what belongs to them), as JSON text only it reads.
    pub grant: Secret,
    /// Counts up with each renewal, so that a stale one is recognised.
    pub version: u64,
    /// When the access part ends.
    pub expires_at: Option<Timestamp>,
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credential(version {}, [redacted])", self.version)
    }
}

/// A weekly posting time of a channel, in the workspace's zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot {
    /// Day of the week: 1 is Monday, 7 is Sunday; none is every day.
    pub weekday: Option<u8>,
    /// Minutes after local midnight, 0 to 1439.
    pub minute: u16,
}

/// The slots of a new channel: every day at 09:20, 14:10 and 19:00 local time.
pub const DEFAULT_SLOTS: [Slot; 3] = [
    Slot {
        weekday: None,
        minute: 560,
    },
    Slot {
        weekday: None,
        minute: 850,
    },
    Slot {
        weekday: None,
        minute: 1140,
    },
];

/// What a provider learnt when a channel was connected.
#[derive(Debug, Clone, PartialEq)]
pub struct Connected {
    /// The platform's own id.
    pub remote_id: String,
    /// The account's name.
    pub name: String,
    /// Its handle, without `@`.
    pub handle: String,
    /// Its picture.
    pub picture: Option<String>,
    /// What the provider keeps about it.
    pub details: Value,
    /// The grant.
    pub grant: Grant,
}

/// A fresh grant, before it is sealed.
#[derive(Clone, PartialEq, Eq)]
pub struct Grant {
    /// Tokens and what belongs to them, as JSON text only the adapter reads.
    pub secret: Secret,
    /// When the access part ends.
    pub expires_at: Option<Timestamp>,
    /// When the whole grant ends and its owner must connect again.
    pub ends_at: Option<Timestamp>,
}

impl fmt::Debug for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Grant([redacted])")
    }
}

/// What is asked of the platform to begin a connection.
#[derive(Debug, Clone, PartialEq)]
pub struct ConnectRequest {
    /// Which provider.
    pub provider: ProviderId,
    /// What was typed into the manifest's connect form.
    pub fields: Settings,
    /// The channel that is to be connected again, if it is one.
    pub reconnect: Option<ChannelId>,
}

/// How a connection goes on.
#[derive(Debug, Clone, PartialEq)]
pub enum ConnectStep {
    /// Send the browser here; the platform returns with `state`.
    Redirect {
        /// The consent page.
        url: String,
        /// What the platform gives back unchanged.
        state: String,
    },
    /// It is connected.
    Done(Box<Channel>),
}

/// What the platform's redirect brought back.
#[derive(Clone, PartialEq, Eq)]
pub struct ConnectAnswer {
    /// The state (for OAuth 1.0a the request token).
    pub state: String,
    /// The code (for OAuth 1.0a the verifier).
    pub code: Option<Secret>,
    /// What the platform says went wrong.
    pub error: Option<String>,
}

impl fmt::Debug for ConnectAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ConnectAnswer(error: {:?})", self.error)
    }
}
