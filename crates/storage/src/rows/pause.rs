//! Pauses and resumptions, which share a table.

use postern_domain::id::{ChannelId, WorkspaceId};
use postern_domain::pause::{CatchUp, Pause, PauseScope, Resumption};
use postern_domain::ports::StorageError;
use postern_entities::pause::Model;
use uuid::Uuid;

use super::{Reader, RowId, instant, timestamp};

/// The key of a scope's row.
pub(crate) fn subject(scope: PauseScope) -> Uuid {
    match scope {
        PauseScope::Channel(id) => id.to_uuid(),
        PauseScope::Workspace(id) => id.to_uuid(),
        PauseScope::Instance => Uuid::nil(),
    }
}

pub(crate) fn to_row(pause: &Pause, workspace: Option<WorkspaceId>) -> Model {
    Model {
        subject: subject(pause.scope),
        kind: pause.scope.kind().to_owned(),
        workspace_id: workspace.map(RowId::to_uuid),
        since: instant(pause.since),
        by_name: pause.by.clone(),
        catch_up: None,
    }
}

pub(crate) fn from_row(row: Model) -> Result<Pause, StorageError> {
    Ok(Pause {
        scope: scope(row.subject, &row.kind)?,
        since: timestamp(row.since),
        by: row.by_name,
    })
}

/// None for a pause in force.
pub(crate) fn resumption_from_row(row: &Model) -> Result<Option<Resumption>, StorageError> {
    let Some(word) = &row.catch_up else {
        return Ok(None);
    };
    let reader = Reader::new("pause", &row.subject);
    Ok(Some(Resumption {
        scope: scope(row.subject, &row.kind)?,
        catch_up: reader.word("catch_up", word, CatchUp::parse)?,
    }))
}

fn scope(subject: Uuid, kind: &str) -> Result<PauseScope, StorageError> {
    match kind {
        "channel" => Ok(PauseScope::Channel(ChannelId::of(subject))),
        "workspace" => Ok(PauseScope::Workspace(WorkspaceId::of(subject))),
        "instance" => Ok(PauseScope::Instance),
        _ => Err(Reader::new("pause", &subject).corrupt("kind")),
    }
}
