//! Single columns of a channel that several callers change at once, each without touching the others.

use postern_domain::channel::Channel;
use postern_domain::id::{ChannelId, WorkspaceId};
use postern_domain::ports::StorageError;
use postern_domain::time::Timestamp;
use postern_entities::channel::{Column, Entity};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::error::failure;
use crate::rows::channel::from_row;
use crate::rows::{RowId, instant};
use crate::unit::Work;

/// Pauses a channel or lets it go on.
pub(crate) async fn set_disabled(
    work: &Work,
    workspace: WorkspaceId,
    id: ChannelId,
    disabled: bool,
) -> Result<Option<Channel>, StorageError> {
    let changed = Entity::update_many()
        .col_expr(Column::Disabled, Expr::value(disabled))
        .filter(Column::Id.eq(id.to_uuid()))
        .filter(Column::WorkspaceId.eq(workspace.to_uuid()))
        .filter(Column::RemovedAt.is_null())
        .exec_with_returning(work.db())
        .await
        .map_err(failure)?;
    Ok(changed.into_iter().next().map(from_row))
}

/// Notes that a connected channel lost its access.
pub(crate) async fn mark_lost(
    work: &Work,
    id: ChannelId,
    reason: &str,
    since: Timestamp,
) -> Result<Option<Channel>, StorageError> {
    let changed = Entity::update_many()
        .col_expr(Column::ReconnectReason, Expr::value(reason))
        .col_expr(Column::ReconnectSince, Expr::value(instant(since)))
        .filter(Column::Id.eq(id.to_uuid()))
        .filter(Column::ReconnectSince.is_null())
        .filter(Column::RemovedAt.is_null())
        .exec_with_returning(work.db())
        .await
        .map_err(failure)?;
    Ok(changed.into_iter().next().map(from_row))
}

/// Notes when a channel's whole grant ends.
pub(crate) async fn set_grant_end(
    work: &Work,
    id: ChannelId,
    ends_at: Option<Timestamp>,
) -> Result<(), StorageError> {
    Entity::update_many()
        .col_expr(Column::GrantExpiresAt, Expr::value(ends_at.map(instant)))
        .filter(Column::Id.eq(id.to_uuid()))
        .exec(work.db())
        .await
        .map(drop)
        .map_err(failure)
}
