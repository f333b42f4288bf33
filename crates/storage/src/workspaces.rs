//! Workspaces.

use async_trait::async_trait;
use postern_domain::id::WorkspaceId;
use postern_domain::ports::{StorageError, WorkspaceStore};
use postern_domain::workspace::Workspace;
use postern_entities::workspace::{ActiveModel, Column, Entity};
use sea_orm::ActiveValue::NotSet;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};

use crate::error::{failure, one};
use crate::lists::among;
use crate::rows::workspace::{from_row, to_row};
use crate::rows::{RowId, uuids};
use crate::unit::Work;

#[async_trait]
impl WorkspaceStore for Work {
    async fn insert_workspace(&self, workspace: &Workspace) -> Result<(), StorageError> {
        Entity::insert(to_row(workspace).into_active_model())
            .exec_without_returning(self.db())
            .await
            .map(drop)
            .map_err(failure)
    }

    async fn update_workspace(&self, workspace: &Workspace) -> Result<(), StorageError> {
        let change = ActiveModel {
            id: NotSet,
            created_at: NotSet,
            ..to_row(workspace).into_active_model().reset_all()
        };
        let changed = Entity::update_many()
            .set(change)
            .filter(Column::Id.eq(workspace.id.to_uuid()))
            .exec(self.db())
            .await
            .map_err(failure)?;
        one(changed.rows_affected, "workspace")
    }

    async fn workspace(&self, id: WorkspaceId) -> Result<Option<Workspace>, StorageError> {
        let row = Entity::find_by_id(id.to_uuid()).one(self.db()).await;
        row.map_err(failure)?.map(from_row).transpose()
    }

    async fn all_workspaces(&self) -> Result<Vec<Workspace>, StorageError> {
        let rows = Entity::find()
            .order_by_asc(Column::CreatedAt)
            .order_by_asc(Column::Id)
            .all(self.db())
            .await;
        rows.map_err(failure)?.into_iter().map(from_row).collect()
    }

    async fn first_workspace(&self) -> Result<Option<Workspace>, StorageError> {
        let row = Entity::find()
            .order_by_asc(Column::CreatedAt)
            .order_by_asc(Column::Id)
            .one(self.db())
            .await;
        row.map_err(failure)?.map(from_row).transpose()
    }

    async fn workspaces(&self, ids: &[WorkspaceId]) -> Result<Vec<Workspace>, StorageError> {
        let rows = Entity::find()
            .filter(among(self, Column::Id, uuids(ids)))
            .all(self.db())
            .await;
        rows.map_err(failure)?.into_iter().map(from_row).collect()
    }
}
