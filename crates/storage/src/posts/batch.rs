//! Which posts were written with one request.

use async_trait::async_trait;
use postern_domain::id::{BatchId, PostId, WorkspaceId};
use postern_domain::ports::{BatchPost, BatchStore, StorageError};
use postern_domain::time::Timestamp;
use postern_entities::batch_post::{Column, Entity, Model};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::batches::insert_all;
use crate::error::failure;
use crate::rows::{Reader, RowId, instant};
use crate::unit::Work;

#[async_trait]
impl BatchStore for Work {
    async fn insert_batch(
        &self,
        workspace: WorkspaceId,
        id: BatchId,
        posts: &[BatchPost],
        at: Timestamp,
    ) -> Result<(), StorageError> {
        let row = |post: &BatchPost| Model {
            batch_id: id.to_uuid(),
            position: i32::try_from(post.row).unwrap_or(i32::MAX),
            workspace_id: workspace.to_uuid(),
            post_id: post.post.to_uuid(),
            created_at: instant(at),
        };
        let rows: Vec<Model> = posts.iter().map(row).collect();
        insert_all::<Entity>(self, &rows).await
    }

    async fn batch(&self, workspace: WorkspaceId, id: BatchId) -> Result<Vec<BatchPost>, StorageError> {
        let rows = Entity::find()
            .filter(Column::BatchId.eq(id.to_uuid()))
            .filter(Column::WorkspaceId.eq(workspace.to_uuid()))
            .order_by_asc(Column::Position)
            .all(self.db())
            .await;
        rows.map_err(failure)?.iter().map(from_row).collect()
    }
}

fn from_row(row: &Model) -> Result<BatchPost, StorageError> {
    let reader = Reader::new("batch_post", &row.batch_id);
    Ok(BatchPost {
        row: reader.small("position", row.position)?,
        post: PostId::of(row.post_id),
    })
}
