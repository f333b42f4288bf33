//! Attempts with what they left behind.

use postern_domain::id::{PublicationId, WorkspaceId};
use postern_domain::ports::{AttemptRow, StorageError};
use postern_domain::publication::Attempt;
use postern_domain::time::Timestamp;
use postern_entities::attempt::{Column, Entity, Model};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder};

use crate::batches::insert_all;
use crate::error::failure;
use crate::rows::attempt::{from_row, to_row};
use crate::rows::{RowId, instant};
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

/// Removes the platforms' words from attempts that ended before an instant; the rest of the history stays.
pub(super) async fn forget(work: &Work, before: Timestamp) -> Result<u64, StorageError> {
    let has_words = Condition::any()
        .add(Column::Reply.is_not_null())
        .add(Column::ProviderMessage.is_not_null());
    let nothing = || Expr::value(None::<String>);
    let changed = Entity::update_many()
        .col_expr(Column::Reply, nothing())
        .col_expr(Column::ProviderMessage, nothing())
        .filter(Column::EndedAt.lt(instant(before)))
        .filter(has_words)
        .exec(work.db())
        .await
        .map_err(failure)?;
    Ok(changed.rows_affected)
}
