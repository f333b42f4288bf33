//! Tenants, people and their roles.

use std::time::Duration;

use crate::id::{PersonId, SessionId, WorkspaceId};
use crate::time::{Timestamp, Zone};

/// A tenant; every row belongs to one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    /// Its id.
    pub id: WorkspaceId,
    /// Its name.
    pub name: String,
    /// The zone in which its people think.
    pub zone: Zone,
    /// How late a post may still go out after downtime; later ones are `missed`.
    pub lateness: Duration,
    /// When it was founded.
    pub created_at: Timestamp,
}

/// How late a post may go out unless the workspace says otherwise: six hours.
pub const DEFAULT_LATENESS: Duration = Duration::from_hours(6);

/// What a member may do, from most to least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Reads.
    Viewer,
    /// Writes drafts.
    Author,
    /// Schedules and publishes.
    Editor,
    /// Connects channels, makes keys, invites.
    Admin,
    /// Everything.
    Owner,
}

impl Role {
    /// All roles, least first.
    pub const ALL: [Self; 5] = [Self::Viewer, Self::Author, Self::Editor, Self::Admin, Self::Owner];

    /// The name on wires and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Author => "author",
            Self::Editor => "editor",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// Reads [`Role::as_str`] back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }
}

/// A human being with a login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Their id.
    pub id: PersonId,
    /// Their address, lower case; also their login name.
    pub email: String,
    /// What to call them.
    pub name: String,
    /// When they signed up.
    pub created_at: Timestamp,
}

/// One login of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its id; not the token, which only the browser has.
    pub id: SessionId,
    /// Whose it is.
    pub person: PersonId,
    /// The workspace it works in.
    pub workspace: WorkspaceId,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, to within minutes.
    pub last_seen_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// The browser's own description, cut to 200 characters.
    pub user_agent: String,
}
