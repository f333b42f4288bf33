//! Sessions.

use postern_domain::id::{PersonId, SessionId, WorkspaceId};
use postern_domain::ports::SessionRow;
use postern_domain::workspace::Session;
use postern_entities::session::Model;

use super::{RowId, instant, timestamp};

pub(crate) fn to_row(row: &SessionRow) -> Model {
    let session = &row.session;
    Model {
        id: session.id.to_uuid(),
        person_id: session.person.to_uuid(),
        workspace_id: session.workspace.to_uuid(),
        digest: row.digest.to_vec(),
        created_at: instant(session.created_at),
        last_seen_at: instant(session.last_seen_at),
        expires_at: instant(session.expires_at),
        user_agent: session.user_agent.clone(),
    }
}

pub(crate) fn from_row(row: Model) -> Session {
    Session {
        id: SessionId::of(row.id),
        person: PersonId::of(row.person_id),
        workspace: WorkspaceId::of(row.workspace_id),
        created_at: timestamp(row.created_at),
        last_seen_at: timestamp(row.last_seen_at),
        expires_at: timestamp(row.expires_at),
        user_agent: row.user_agent,
    }
}
