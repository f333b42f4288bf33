//! Attempts with what they left behind.

use postern_domain::id::{PublicationId, WorkspaceId};
use postern_domain::ports::{AttemptRow, StorageError};
use postern_domain::publication::Attempt;
use postern_entities::attempt::{Column, Entity, Model};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::batches::insert_all;
use crate::error::failure;
use crate::rows::RowId;
use crate::rows::attempt::{from_row, to_row};
use crate::unit::Work;

/// Stores attempts.
pub(super) async fn insert(work: &Work, rows: &[AttemptRow]) -> Result<(), StorageError> {
    let rows: Vec<Model> = rows.iter().map(to_row).collect();
    insert_all::<Entity>(work, &rows).await
}

/// The attempts of a publication, oldest first.
pub(super) async fn of(
    work: &Work,
    workspace: WorkspaceId,
    publication: PublicationId,
) -> Result<Vec<Attempt>, StorageError> {
    let rows = Entity::find()
        .filter(Column::PublicationId.eq(publication.to_uuid()))
        .filter(Column::WorkspaceId.eq(workspace.to_uuid()))
        .order_by_asc(Column::StartedAt)
        .order_by_asc(Column::Id)
        .all(work.db())
        .await;
    rows.map_err(failure)?.into_iter().map(from_row).collect()
}
