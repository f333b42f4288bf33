//! API keys.

use async_trait::async_trait;
use postern_domain::id::{KeyId, PersonId, WorkspaceId};
use postern_domain::key::ApiKey;
use postern_domain::ports::{KeyStore, StorageError};
use postern_domain::time::Timestamp;
use postern_entities::api_key::{Column, Entity};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};

use crate::error::failure;
use crate::rows::key::{from_row, to_row};
use crate::rows::{RowId, instant};
use crate::unit::Work;

#[async_trait]
impl KeyStore for Work {
    async fn insert_key(
        &self,
        key: &ApiKey,
        digest: &[u8; 32],
        made_by: Option<PersonId>,
    ) -> Result<(), StorageError> {
        Entity::insert(to_row(key, *digest, made_by).into_active_model())
            .exec_without_returning(self.db())
            .await
            .map(drop)
            .map_err(failure)
    }

    async fn key_by_digest(
        &self,
        digest: &[u8; 32],
    ) -> Result<Option<(ApiKey, Option<PersonId>)>, StorageError> {
        let row = Entity::find()
            .filter(Column::Digest.eq(digest.to_vec()))
            .filter(Column::RevokedAt.is_null())
            .one(self.db())
            .await;
        row.map_err(failure)?.map(from_row).transpose()
    }

    async fn keys(&self, workspace: WorkspaceId) -> Result<Vec<ApiKey>, StorageError> {
        let rows = Entity::find()
            .filter(Column::WorkspaceId.eq(workspace.to_uuid()))
            .filter(Column::RevokedAt.is_null())
            .order_by_desc(Column::CreatedAt)
            .order_by_desc(Column::Id)
            .all(self.db())
            .await
            .map_err(failure)?;
        rows.into_iter().map(|row| Ok(from_row(row)?.0)).collect()
    }

    async fn revoke_key(
        &self,
        workspace: WorkspaceId,
        id: KeyId,
        at: Timestamp,
    ) -> Result<bool, StorageError> {
        let changed = Entity::update_many()
            .col_expr(Column::RevokedAt, Expr::value(instant(at)))
            .filter(Column::Id.eq(id.to_uuid()))
            .filter(Column::WorkspaceId.eq(workspace.to_uuid()))
            .filter(Column::RevokedAt.is_null())
            .exec(self.db())
            .await
            .map_err(failure)?;
        Ok(changed.rows_affected == 1)
    }

    async fn touch_key(&self, id: KeyId, at: Timestamp) -> Result<(), StorageError> {
        let is_older = Condition::any()
            .add(Column::LastUsedAt.is_null())
            .add(Column::LastUsedAt.lt(instant(at)));
        Entity::update_many()
            .col_expr(Column::LastUsedAt, Expr::value(instant(at)))
            .filter(Column::Id.eq(id.to_uuid()))
            .filter(is_older)
            .exec(self.db())
            .await
            .map(drop)
            .map_err(failure)
    }
}
