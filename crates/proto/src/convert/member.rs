//! People, sessions and workspaces.

use postern_domain::ports::SignedIn;
use postern_domain::secret::Secret;
use postern_domain::time::Timestamp;
use postern_domain::workspace::{Person, Session, Workspace};

use super::{ConvertError, id, needed, zone};
use crate::v1;

impl From<Workspace> for v1::Workspace {
    fn from(workspace: Workspace) -> Self {
        Self {
            id: workspace.id.to_string(),
            name: workspace.name,
            zone: workspace.zone.name().to_owned(),
            lateness: Some(workspace.lateness.into()),
            created_at: workspace.created_at.as_micros(),
        }
    }
}

impl TryFrom<v1::Workspace> for Workspace {
    type Error = ConvertError;

    fn try_from(message: v1::Workspace) -> Result<Self, ConvertError> {
        Ok(Self {
            id: id(&message.id, "id")?,
            name: message.name,
            zone: zone(&message.zone, "zone")?,
            lateness: needed(message.lateness, "lateness")?,
            created_at: Timestamp::from_micros(message.created_at),
        })
    }
}

impl From<Person> for v1::Person {
    fn from(person: Person) -> Self {
        Self {
            id: person.id.to_string(),
            email: person.email,
            name: person.name,
            created_at: person.created_at.as_micros(),
        }
    }
}

impl TryFrom<v1::Person> for Person {
    type Error = ConvertError;

    fn try_from(message: v1::Person) -> Result<Self, ConvertError> {
        Ok(Self {
            id: id(&message.id, "id")?,
            email: message.email,
            name: message.name,
            created_at: Timestamp::from_micros(message.created_at),
        })
    }
}

impl From<Session> for v1::Session {
    fn from(session: Session) -> Self {
        Self {
            id: session.id.to_string(),
            person: session.person.to_string(),
            workspace: session.workspace.to_string(),
            created_at: session.created_at.as_micros(),
            last_seen_at: session.last_seen_at.as_micros(),
            expires_at: session.expires_at.as_micros(),
            user_agent: session.user_agent,
        }
    }
}

impl TryFrom<v1::Session> for Session {
    type Error = ConvertError;

    fn try_from(message: v1::Session) -> Result<Self, ConvertError> {
        Ok(Self {
            id: id(&message.id, "id")?,
            person: id(&message.person, "person")?,
            workspace: id(&message.workspace, "workspace")?,
            created_at: Timestamp::from_micros(message.created_at),
            last_seen_at: Timestamp::from_micros(message.last_seen_at),
            expires_at: Timestamp::from_micros(message.expires_at),
            user_agent: message.user_agent,
        })
    }
}

impl From<SignedIn> for v1::SignedIn {
    fn from(signed_in: SignedIn) -> Self {
        Self {
            token: signed_in.token.reveal().to_owned(),
            expires_at: signed_in.expires_at.as_micros(),
            actor: Some((&signed_in.actor).into()),
        }
    }
}

impl TryFrom<v1::SignedIn> for SignedIn {
    type Error = ConvertError;

    fn try_from(message: v1::SignedIn) -> Result<Self, ConvertError> {
        Ok(Self {
            token: Secret::new(message.token),
            expires_at: Timestamp::from_micros(message.expires_at),
            actor: needed(message.actor, "actor")?,
        })
    }
}
