//! Who is asking, through which door, and what they may do.

use std::fmt;

use crate::id::{KeyId, PersonId, WorkspaceId};
use crate::workspace::Role;

/// The way by which a request came in; kept with what it makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Door {
    /// The web UI.
    Web,
    /// The REST API.
    Rest,
    /// The MCP gateway.
    Mcp,
    /// The command line.
    Cli,
    /// Postern itself (recurrence, feeds).
    Auto,
}

impl Door {
    /// The name in storage and logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Rest => "rest",
            Self::Mcp => "mcp",
            Self::Cli => "cli",
            Self::Auto => "auto",
        }
    }

    /// Reads [`Door::as_str`] back.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Web, Self::Rest, Self::Mcp, Self::Cli, Self::Auto]
            .into_iter()
            .find(|door| door.as_str() == text)
    }
}

/// One thing an API key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Read posts.
    PostsRead,
    /// Write posts that wait for somebody's approval; part of [`Scope::PostsWrite`].
    PostsDraft,
    /// Write, schedule, publish, approve and cancel posts.
    PostsWrite,
    /// Read figures.
    AnalyticsRead,
    /// Add and change media.
    MediaWrite,
    /// Read channels and their settings.
    ChannelsRead,
    /// Connect, disable and remove channels.
    ChannelsWrite,
    /// Everything, keys included.
    Admin,
}

impl Scope {
    /// All scopes in the order they are shown.
    pub const ALL: [Self; 8] = [
        Self::PostsRead,
        Self::PostsDraft,
        Self::PostsWrite,
        Self::AnalyticsRead,
        Self::MediaWrite,
        Self::ChannelsRead,
        Self::ChannelsWrite,
        Self::Admin,
    ];

    /// The name on wires and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PostsRead => "posts:read",
            Self::PostsDraft => "posts:draft",
            Self::PostsWrite => "posts:write",
            Self::AnalyticsRead => "analytics:read",
            Self::MediaWrite => "media:write",
            Self::ChannelsRead => "channels:read",
            Self::ChannelsWrite => "channels:write",
            Self::Admin => "admin",
        }
    }

    /// Reads [`Scope::as_str`] back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == text)
    }

    /// The scope to name to whoever lacks this one: most want more than the part of it that would do.
    #[must_use]
    pub const fn to_ask_for(self) -> Self {
        match self {
            Self::PostsDraft | Self::PostsWrite => Self::PostsWrite,
            Self::PostsRead
            | Self::AnalyticsRead
            | Self::MediaWrite
            | Self::ChannelsRead
            | Self::ChannelsWrite
            | Self::Admin => self,
        }
    }

    /// The least role that carries this scope.
    pub const fn least_role(self) -> Role {
        match self {
            Self::PostsRead | Self::AnalyticsRead | Self::ChannelsRead => Role::Viewer,
            Self::PostsDraft | Self::MediaWrite => Role::Author,
            Self::PostsWrite => Role::Editor,
            Self::ChannelsWrite | Self::Admin => Role::Admin,
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Somebody who has already been recognised; the first argument of every use case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The workspace they act in.
    pub workspace: WorkspaceId,
    /// The person, when a person is asking.
    pub person: Option<PersonId>,
    /// The key, when a key is asking.
    pub key: Option<KeyId>,
    /// What they are called in the audit log: a person's name or a key's name.
    pub name: String,
    /// The role of the person, or of the person a key acts for.
    pub role: Role,
    /// What the key may do; for a person all that the role carries.
    pub scopes: Vec<Scope>,
    /// The door they came through.
    pub door: Door,
}

impl Actor {
    /// Whether both the scopes and the role allow this.
    pub fn may(&self, scope: Scope) -> bool {
        let has = |scope| self.scopes.contains(&scope);
        let is_part = scope == Scope::PostsDraft && has(Scope::PostsWrite);
        (has(scope) || has(Scope::Admin) || is_part) && self.role >= scope.least_role()
    }

    /// The same actor, come through another door.
    #[must_use]
    pub fn through(mut self, door: Door) -> Self {
        self.door = door;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actor(role: Role, scopes: &[Scope]) -> Actor {
        Actor {
            workspace: WorkspaceId::from_bits(1),
            person: None,
            key: None,
            name: "test".into(),
            role,
            scopes: scopes.to_vec(),
            door: Door::Rest,
        }
    }

    #[test]
    fn both_scope_and_role_are_needed() {
        for (role, scopes, asked, may) in [
            (Role::Owner, vec![Scope::PostsRead], Scope::PostsRead, true),
            (Role::Owner, vec![Scope::PostsRead], Scope::PostsWrite, false),
            (Role::Viewer, vec![Scope::PostsWrite], Scope::PostsWrite, false),
            (Role::Author, vec![Scope::PostsWrite], Scope::PostsWrite, false),
            (Role::Author, vec![Scope::PostsWrite], Scope::PostsDraft, true),
            (Role::Owner, vec![Scope::PostsDraft], Scope::PostsWrite, false),
            (Role::Owner, vec![Scope::PostsDraft], Scope::PostsDraft, true),
            (Role::Viewer, vec![Scope::PostsDraft], Scope::PostsDraft, false),
            (Role::Owner, vec![Scope::Admin], Scope::ChannelsWrite, true),
            (Role::Editor, vec![Scope::Admin], Scope::Admin, false),
        ] {
            assert_eq!(
                actor(role, &scopes).may(asked),
                may,
                "{role:?} {scopes:?} {asked}"
            );
        }
    }

    #[test]
    fn names_read_back() {
        assert!(
            Scope::ALL
                .iter()
                .all(|scope| Scope::parse(scope.as_str()) == Some(*scope))
        );
        assert!(
            Role::ALL
                .iter()
                .all(|role| Role::parse(role.as_str()) == Some(*role))
        );
    }
}
