//! Rows of the library.

use async_trait::async_trait;
use postern_domain::id::{MediaId, UploadId, WorkspaceId};
use postern_domain::media::Media;
use postern_domain::ports::{MediaQuery, MediaRows, StorageError, UploadRow};
use postern_domain::post::{Page, PostState};
use postern_domain::time::Timestamp;
use postern_entities::media::{ActiveModel, Column, Entity, Model};
use postern_entities::{entry_media, post, upload};
use sea_orm::ActiveValue::NotSet;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, Select,
};

use crate::error::{failure, one};
use crate::posts::cursor::{Cursor, page};
use crate::rows::media::{from_row, to_row, upload_from_row, upload_to_row};
use crate::rows::{RowId, instant, timestamp};
use crate::search::holds;
use crate::unit::Work;

/// Most files of one page.
const PAGE: u32 = 200;

#[async_trait]
impl MediaRows for Work {
    async fn insert_media(&self, media: &Media) -> Result<(), StorageError> {
        Entity::insert(to_row(media).into_active_model())
            .exec_without_returning(self.db())
            .await
            .map(drop)
            .map_err(failure)
    }

    async fn update_media(&self, media: &Media) -> Result<(), StorageError> {
        let change = ActiveModel {
            id: NotSet,
            workspace_id: NotSet,
            created_at: NotSet,
            removed_at: NotSet,
            ..to_row(media).into_active_model().reset_all()
        };
        let changed = Entity::update_many()
            .set(change)
            .filter(Column::Id.eq(media.id.to_uuid()))
            .filter(Column::WorkspaceId.eq(media.workspace.to_uuid()))
            .exec(self.db())
            .await
            .map_err(failure)?;
        one(changed.rows_affected, "media")
    }

    async fn media(&self, workspace: WorkspaceId, id: MediaId) -> Result<Option<Media>, StorageError> {
        first(self, of(workspace).filter(Column::Id.eq(id.to_uuid()))).await
    }

    async fn media_by_key(&self, workspace: WorkspaceId, key: &str) -> Result<Option<Media>, StorageError> {
        first(self, of(workspace).filter(Column::Key.eq(key))).await
    }

    async fn media_by_hash(&self, workspace: WorkspaceId, hash: &str) -> Result<Option<Media>, StorageError> {
        first(self, of(workspace).filter(Column::Hash.eq(hash))).await
    }

    async fn list_media(
        &self,
        workspace: WorkspaceId,
        query: &MediaQuery,
    ) -> Result<Page<Media>, StorageError> {
        let limit = query.limit.clamp(1, PAGE);
        let rows = list(workspace, query)?
            .limit(u64::from(limit) + 1)
            .all(self.db())
            .await
            .map_err(failure)?;
        let (rows, next) = page(rows, limit, |row: &Model| Cursor {
            at: Some(timestamp(row.created_at)),
            id: row.id,
        });
        let items = rows.into_iter().map(from_row).collect::<Result<_, _>>()?;
        Ok(Page { items, next })
    }

    async fn media_in_use(&self, workspace: WorkspaceId, id: MediaId) -> Result<bool, StorageError> {
        let users = Query::select()
            .column(entry_media::Column::PostId)
            .from(entry_media::Entity)
            .and_where(entry_media::Column::MediaId.eq(id.to_uuid()))
            .to_owned();
        let user = post::Entity::find()
            .filter(post::Column::Id.in_subquery(users))
            .filter(post::Column::WorkspaceId.eq(workspace.to_uuid()))
            .filter(
                post::Column::State
                    .is_not_in([PostState::Published, PostState::Trashed].map(PostState::as_str)),
            )
            .one(self.db())
            .await;
        Ok(user.map_err(failure)?.is_some())
    }

    async fn remove_media(
        &self,
        workspace: WorkspaceId,
        id: MediaId,
        at: Timestamp,
    ) -> Result<bool, StorageError> {
        let changed = Entity::update_many()
            .col_expr(Column::RemovedAt, Expr::value(instant(at)))
            .filter(Column::Id.eq(id.to_uuid()))
            .filter(Column::WorkspaceId.eq(workspace.to_uuid()))
            .filter(Column::RemovedAt.is_null())
            .exec(self.db())
            .await
            .map_err(failure)?;
        Ok(changed.rows_affected == 1)
    }

    async fn insert_upload(&self, row: &UploadRow) -> Result<(), StorageError> {
        upload::Entity::insert(upload_to_row(row).into_active_model())
            .exec_without_returning(self.db())
            .await
            .map(drop)
            .map_err(failure)
    }

    async fn take_upload(&self, id: UploadId, now: Timestamp) -> Result<Option<UploadRow>, StorageError> {
        let taken = upload::Entity::delete_many()
            .filter(upload::Column::Id.eq(id.to_uuid()))
            .exec_with_returning(self.db())
            .await
            .map_err(failure)?;
        let row = taken.into_iter().next().map(upload_from_row);
        Ok(row.filter(|row| row.expires_at > now))
    }
}

/// The files of a workspace that were not removed.
fn of(workspace: WorkspaceId) -> Select<Entity> {
    Entity::find()
        .filter(Column::WorkspaceId.eq(workspace.to_uuid()))
        .filter(Column::RemovedAt.is_null())
}

/// The newest of them, for keys and hashes may be there twice.
async fn first(work: &Work, found: Select<Entity>) -> Result<Option<Media>, StorageError> {
    let row = found
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .one(work.db())
        .await;
    row.map_err(failure)?.map(from_row).transpose()
}

/// Newest first, from where the cursor stands. Case counts for letters outside ASCII on SQLite.
fn list(workspace: WorkspaceId, query: &MediaQuery) -> Result<Select<Entity>, StorageError> {
    let mut found = of(workspace);
    if let Some(kind) = query.kind {
        found = found.filter(Column::Kind.eq(kind.as_str()));
    }
    if let Some(search) = query.search.as_deref().filter(|search| !search.trim().is_empty()) {
        found = found.filter(holds(Column::Name, search.trim()));
    }
    if let Some(Cursor { at: Some(at), id }) = Cursor::read(query.cursor.as_deref())? {
        let at = instant(at);
        let beyond = Condition::any()
            .add(Column::CreatedAt.lt(at))
            .add(Column::CreatedAt.eq(at).and(Column::Id.lt(id)));
        found = found.filter(Column::CreatedAt.lte(at)).filter(beyond);
    }
    Ok(found.order_by_desc(Column::CreatedAt).order_by_desc(Column::Id))
}
