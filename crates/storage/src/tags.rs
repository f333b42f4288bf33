//! Labels.

use async_trait::async_trait;
use postern_domain::id::{TagId, WorkspaceId};
use postern_domain::ports::{StorageError, TagStore};
use postern_domain::tag::Tag;
use postern_entities::tag::{Column, Entity, Model};
use postern_entities::{post, post_tag};
use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};

use crate::error::{failure, one};
use crate::rows::{RowId, instant, timestamp};
use crate::unit::Work;

#[async_trait]
impl TagStore for Work {
    async fn tags(&self, workspace: WorkspaceId) -> Result<Vec<Tag>, StorageError> {
        let rows = Entity::find()
            .filter(Column::WorkspaceId.eq(workspace.to_uuid()))
            .order_by_asc(Column::Name)
            .all(self.db())
            .await;
        Ok(rows.map_err(failure)?.into_iter().map(from_row).collect())
    }

    async fn tag(&self, workspace: WorkspaceId, id: TagId) -> Result<Option<Tag>, StorageError> {
        let found = Entity::find_by_id(id.to_uuid()).filter(Column::WorkspaceId.eq(workspace.to_uuid()));
        let row = self.locked(found).one(self.db()).await;
        Ok(row.map_err(failure)?.map(from_row))
    }

    async fn insert_tag(&self, tag: &Tag) -> Result<(), StorageError> {
        Entity::insert(to_row(tag).into_active_model())
            .exec_without_returning(self.db())
            .await
            .map(drop)
            .map_err(failure)
    }

    async fn ensure_tags(&self, tags: &[Tag]) -> Result<(), StorageError> {
        // In one order for everybody, so that two units do not wait for each other.
        let mut rows: Vec<Model> = tags.iter().map(to_row).collect();
        rows.sort_by(|a, b| a.name.cmp(&b.name));
        for row in rows {
            Entity::insert(row.into_active_model())
                .on_conflict_do_nothing_on([Column::WorkspaceId, Column::Name])
                .exec_without_returning(self.db())
                .await
                .map_err(failure)?;
        }
        Ok(())
    }

    async fn update_tag(&self, tag: &Tag, was: &str) -> Result<(), StorageError> {
        let changed = Entity::update_many()
            .col_expr(Column::Name, Expr::value(tag.name.as_str()))
            .col_expr(Column::Color, Expr::value(tag.color.as_str()))
            .col_expr(Column::UpdatedAt, Expr::value(instant(tag.updated_at)))
            .filter(Column::Id.eq(tag.id.to_uuid()))
            .filter(Column::WorkspaceId.eq(tag.workspace.to_uuid()))
            .exec(self.db())
            .await
            .map_err(failure)?;
        one(changed.rows_affected, "tag")?;
        if tag.name == was {
            return Ok(());
        }
        post_tag::Entity::update_many()
            .col_expr(post_tag::Column::Name, Expr::value(tag.name.as_str()))
            .filter(post_tag::Column::Name.eq(was))
            .filter(post_tag::Column::PostId.in_subquery(posts_of(tag.workspace)))
            .exec(self.db())
            .await
            .map(drop)
            .map_err(failure)
    }

    async fn remove_tag(&self, tag: &Tag) -> Result<(), StorageError> {
        post_tag::Entity::delete_many()
            .filter(post_tag::Column::Name.eq(tag.name.as_str()))
            .filter(post_tag::Column::PostId.in_subquery(posts_of(tag.workspace)))
            .exec(self.db())
            .await
            .map_err(failure)?;
        Entity::delete_many()
            .filter(Column::Id.eq(tag.id.to_uuid()))
            .filter(Column::WorkspaceId.eq(tag.workspace.to_uuid()))
            .exec(self.db())
            .await
            .map(drop)
            .map_err(failure)
    }
}

fn posts_of(workspace: WorkspaceId) -> SelectStatement {
    Query::select()
        .column(post::Column::Id)
        .from(post::Entity)
        .and_where(post::Column::WorkspaceId.eq(workspace.to_uuid()))
        .to_owned()
}

fn to_row(tag: &Tag) -> Model {
    Model {
        id: tag.id.to_uuid(),
        workspace_id: tag.workspace.to_uuid(),
        name: tag.name.clone(),
        color: tag.color.clone(),
        created_at: instant(tag.created_at),
        updated_at: instant(tag.updated_at),
    }
}

fn from_row(row: Model) -> Tag {
    Tag {
        id: TagId::of(row.id),
        workspace: WorkspaceId::of(row.workspace_id),
        name: row.name,
        color: row.color,
        created_at: timestamp(row.created_at),
        updated_at: timestamp(row.updated_at),
    }
}
