//! Pauses: switches that hold what would go out, and what becomes of it afterwards.
//!
//! A publication is held when it becomes due while a switch is set; nothing is changed about what is planned for
//! later. Why it is held is not written down with it: [`Held::reason`] reads it from the switches, so that it is
//! always true.

use std::fmt;
use std::str::FromStr;

use crate::channel::{Channel, Health};
use crate::id::{ChannelId, ParseIdError, WorkspaceId};
use crate::time::Timestamp;

/// What a pause holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PauseScope {
    /// The posts of one channel.
    Channel(ChannelId),
    /// All posts of a workspace.
    Workspace(WorkspaceId),
    /// All posts of all workspaces.
    Instance,
}

impl PauseScope {
    /// What kind of scope it is: `channel`, `workspace`, `instance`.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Channel(_) => "channel",
            Self::Workspace(_) => "workspace",
            Self::Instance => "instance",
        }
    }
}

impl fmt::Display for PauseScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Channel(id) => id.fmt(f),
            Self::Workspace(id) => id.fmt(f),
            Self::Instance => f.write_str("instance"),
        }
    }
}

impl FromStr for PauseScope {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, ParseIdError> {
        if text == "instance" {
            return Ok(Self::Instance);
        }
        text.parse()
            .map(Self::Channel)
            .or_else(|_| text.parse().map(Self::Workspace))
    }
}

/// A switch that is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// What it holds.
    pub scope: PauseScope,
    /// Since when.
    pub since: Timestamp,
    /// Who set it, as the audit log calls them.
    pub by: String,
}

/// What becomes of posts whose time passed while they were held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum CatchUp {
    /// They go out if the workspace's lateness rule allows it; the others are missed.
    #[default]
    Rule,
    /// They all go out.
    Send,
    /// They are all missed. A thread that had begun goes on.
    Miss,
}

impl CatchUp {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Rule, Self::Send, Self::Miss];

    /// The name on wires and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rule => "rule",
            Self::Send => "send",
            Self::Miss => "miss",
        }
    }

    /// Reads [`CatchUp::as_str`] back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.as_str() == text)
    }
}

impl fmt::Display for CatchUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A pause that has ended and whose publications are still being let go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resumption {
    /// What was held.
    pub scope: PauseScope,
    /// What becomes of what was held too long.
    pub catch_up: CatchUp,
}

/// What came of the end of a pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Resumed {
    /// How many publications go out now or at their time.
    pub released: u32,
    /// How many are missed.
    pub missed: u32,
    /// Whether there are more, which follow by themselves within minutes.
    pub more: bool,
}

/// Why a publication is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Held {
    /// Its channel must be connected again.
    Reconnect,
    /// Its channel is paused.
    Channel,
    /// Its workspace is paused.
    Workspace,
    /// The instance is paused.
    Instance,
}

impl Held {
    /// All reasons, the one that is told first before the others.
    pub const ALL: [Self; 4] = [Self::Reconnect, Self::Channel, Self::Workspace, Self::Instance];

    /// The name on wires.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reconnect => "channel_must_reconnect",
            Self::Channel => "channel_paused",
            Self::Workspace => "workspace_paused",
            Self::Instance => "instance_paused",
        }
    }

    /// The reason as people read it; a sentence without its full stop.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Reconnect => "the channel must be reconnected",
            Self::Channel => "the channel is paused",
            Self::Workspace => "the workspace is paused",
            Self::Instance => "the instance is paused",
        }
    }

    /// What holds the posts of a channel now, if anything does; `pauses` are those in force.
    pub fn reason(channel: &Channel, pauses: &[Pause]) -> Option<Self> {
        let is_set = |scope| pauses.iter().any(|pause| pause.scope == scope);
        if channel.health != Health::Connected {
            Some(Self::Reconnect)
        } else if channel.disabled {
            Some(Self::Channel)
        } else if is_set(PauseScope::Workspace(channel.workspace)) {
            Some(Self::Workspace)
        } else if is_set(PauseScope::Instance) {
            Some(Self::Instance)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::ProviderId;
    use crate::value::Value;

    const NOON: Timestamp = Timestamp::from_secs(1_800_000_000);

    fn channel(disabled: bool, health: Health) -> Channel {
        Channel {
            id: ChannelId::from_bits(1),
            workspace: WorkspaceId::from_bits(2),
            provider: ProviderId::of("test"),
            remote_id: "1".into(),
            name: "Ada".into(),
            handle: "ada".into(),
            picture: None,
            health,
            disabled,
            details: Value::Null,
            group: None,
            grant_expires_at: None,
            created_at: NOON,
        }
    }

    fn lost() -> Health {
        Health::NeedsReconnect {
            reason: "revoked".into(),
            since: NOON,
        }
    }

    #[track_caller]
    fn check(channel: &Channel, scopes: &[PauseScope], want: Option<Held>) {
        let pauses: Vec<Pause> = scopes
            .iter()
            .map(|scope| Pause {
                scope: *scope,
                since: NOON,
                by: "Ada".into(),
            })
            .collect();
        assert_eq!(Held::reason(channel, &pauses), want, "{scopes:?}");
    }

    #[test]
    fn the_reason_is_read_from_the_switches() {
        let (own, other) = (WorkspaceId::from_bits(2), WorkspaceId::from_bits(3));
        let (here, there) = (PauseScope::Workspace(own), PauseScope::Workspace(other));
        let fine = channel(false, Health::Connected);
        check(&fine, &[], None);
        check(&fine, &[there], None);
        check(&fine, &[here], Some(Held::Workspace));
        check(&fine, &[there, PauseScope::Instance], Some(Held::Instance));
        check(&fine, &[PauseScope::Instance, here], Some(Held::Workspace));
        check(&channel(true, Health::Connected), &[here], Some(Held::Channel));
        check(&channel(true, lost()), &[here], Some(Held::Reconnect));
    }

    #[test]
    fn scopes_and_choices_read_back() {
        for scope in [
            PauseScope::Channel(ChannelId::from_bits(7)),
            PauseScope::Workspace(WorkspaceId::from_bits(7)),
            PauseScope::Instance,
        ] {
            assert_eq!(scope.to_string().parse(), Ok(scope));
        }
        assert!("everything".parse::<PauseScope>().is_err());
        assert!(
            CatchUp::ALL
                .iter()
                .all(|choice| CatchUp::parse(choice.as_str()) == Some(*choice))
        );
    }
}
