//! Attempts with what they left behind.

use postern_domain::id::{PublicationId, WorkspaceId};
use postern_domain::ports::{AttemptRow, StorageError};
use postern_domain::publication::Attempt;
use postern_entities::attempt::{Column, Entity, Model};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value as Json, json};

use crate::error::failure;
use crate::records;
use crate::rows::attempt::{from_row, to_row};
use crate::rows::{RowId, moment};
use crate::unit::Work;

/// Stores attempts.
pub(super) fn insert(work: &Work, rows: &[AttemptRow]) {
    let rows = rows.iter().map(|row| to_json(&to_row(row)));
    let backend = work.db().get_database_backend();
    work.later(records::insertion(backend, "attempt", &COLUMNS, rows.collect()));
}

const COLUMNS: [(&str, &str); 14] = [
    ("id", "uuid"),
    ("workspace_id", "uuid"),
    ("publication_id", "uuid"),
    ("number", "integer"),
    ("entry", "integer"),
    ("started_at", "timestamptz"),
    ("ended_at", "timestamptz"),
    ("outcome", "text"),
    ("failure", "jsonb"),
    ("provider_message", "text"),
    ("operation", "text"),
    ("status", "integer"),
    ("request_id", "text"),
    ("reply", "text"),
];

fn to_json(row: &Model) -> Json {
    json!({
        "id": row.id.simple().to_string(),
        "workspace_id": row.workspace_id.simple().to_string(),
        "publication_id": row.publication_id.simple().to_string(),
        "number": row.number,
        "entry": row.entry,
        "started_at": moment(row.started_at),
        "ended_at": moment(row.ended_at),
        "outcome": row.outcome,
        "failure": row.failure,
        "provider_message": row.provider_message,
        "operation": row.operation,
        "status": row.status,
        "request_id": row.request_id,
        "reply": row.reply,
    })
}

/// The attempts of a publication, oldest first.
pub(super) async fn of(
    work: &Work,
    workspace: WorkspaceId,
    publication: PublicationId,
) -> Result<Vec<Attempt>, StorageError> {
    work.catch_up().await?;
    let rows = Entity::find()
        .filter(Column::PublicationId.eq(publication.to_uuid()))
        .filter(Column::WorkspaceId.eq(workspace.to_uuid()))
        .order_by_asc(Column::StartedAt)
        .order_by_asc(Column::Id)
        .all(work.db())
        .await;
    rows.map_err(failure)?.into_iter().map(from_row).collect()
}
