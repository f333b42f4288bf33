//! Workspaces.

use std::time::Duration;

use postern_domain::id::WorkspaceId;
use postern_domain::ports::StorageError;
use postern_domain::workspace::Workspace;
use postern_entities::workspace::Model;

use super::{Reader, RowId, big, instant, timestamp};

pub(crate) fn to_row(workspace: &Workspace) -> Model {
    Model {
        id: workspace.id.to_uuid(),
        name: workspace.name.clone(),
        zone: workspace.zone.name().to_owned(),
        lateness_secs: big(workspace.lateness.as_secs()),
        created_at: instant(workspace.created_at),
    }
}

pub(crate) fn from_row(row: Model) -> Result<Workspace, StorageError> {
    let id = WorkspaceId::of(row.id);
    let reader = Reader::new("workspace", &id);
    Ok(Workspace {
        id,
        name: row.name,
        zone: reader.zone("zone", &row.zone)?,
        lateness: Duration::from_secs(reader.big("lateness_secs", row.lateness_secs)?),
        created_at: timestamp(row.created_at),
    })
}
