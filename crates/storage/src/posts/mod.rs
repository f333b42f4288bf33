//! Posts with all they consist of.

mod batch;
pub(crate) mod cursor;
mod list;
mod load;
mod save;
pub(crate) mod state;

use async_trait::async_trait;
use postern_domain::id::{PostId, PublicationId, WorkspaceId};
use postern_domain::ports::{PostStore, Remembered, StorageError};
use postern_domain::post::{Page, Post, PostQuery};
use postern_domain::publication::Publication;
use postern_domain::time::Timestamp;
use postern_entities::post::{Column, Entity};
use postern_entities::publication;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use crate::error::{failure, one};
use crate::idempotency::{self, Claim};
use crate::lists::among;
use crate::rows::{RowId, uuids};
use crate::unit::Work;

#[async_trait]
impl PostStore for Work {
    #[tracing::instrument(name = "storage.posts.insert", level = "debug", skip_all)]
    async fn insert_post(&self, post: &Post) -> Result<(), StorageError> {
        save::insert(self, post).await
    }

    #[tracing::instrument(name = "storage.posts.insert_planned", level = "debug", skip_all)]
    async fn insert_planned(
        &self,
        post: &Post,
        publications: &[Publication],
        traceparent: Option<&str>,
    ) -> Result<(), StorageError> {
        save::insert_planned(self, post, publications, traceparent);
        Ok(())
    }

    #[tracing::instrument(name = "storage.posts.update", level = "debug", skip_all)]
    async fn update_post(&self, post: &Post, expected: u64) -> Result<(), StorageError> {
        save::update(self, post, expected).await?;
        state::refresh(self, &[post.id]).await
    }

    async fn post(&self, workspace: WorkspaceId, id: PostId) -> Result<Option<Post>, StorageError> {
        let rows = Entity::find_by_id(id.to_uuid())
            .filter(Column::WorkspaceId.eq(workspace.to_uuid()))
            .all(self.db())
            .await
            .map_err(failure)?;
        Ok(load::whole(self, rows).await?.pop())
    }

    async fn posts_by_id(&self, ids: &[PostId]) -> Result<Vec<Post>, StorageError> {
        let rows = Entity::find()
            .filter(among(self, Column::Id, uuids(ids)))
            .all(self.db())
            .await;
        load::whole(self, rows.map_err(failure)?).await
    }

    #[tracing::instrument(name = "storage.posts.list", level = "debug", skip_all)]
    async fn posts(&self, workspace: WorkspaceId, query: &PostQuery) -> Result<Page<Post>, StorageError> {
        let (rows, next) = list::find(self, workspace, query).await?;
        let items = load::whole(self, rows).await?;
        Ok(Page { items, next })
    }

    async fn remember(
        &self,
        workspace: WorkspaceId,
        key: &str,
        digest: &str,
        post: PostId,
        now: Timestamp,
    ) -> Result<Remembered, StorageError> {
        let claim = Claim {
            workspace,
            key,
            digest,
            post,
            now,
        };
        idempotency::remember(self, &claim).await
    }

    async fn set_traceparent(&self, post: PostId, traceparent: &str) -> Result<(), StorageError> {
        let changed = Entity::update_many()
            .col_expr(Column::Traceparent, Expr::value(traceparent))
            .filter(Column::Id.eq(post.to_uuid()))
            .exec(self.db())
            .await
            .map_err(failure)?;
        one(changed.rows_affected, "post")
    }

    async fn post_of(
        &self,
        workspace: WorkspaceId,
        publication: PublicationId,
    ) -> Result<Option<PostId>, StorageError> {
        let found: Option<Uuid> = publication::Entity::find_by_id(publication.to_uuid())
            .select_only()
            .column(publication::Column::PostId)
            .filter(publication::Column::WorkspaceId.eq(workspace.to_uuid()))
            .into_tuple()
            .one(self.db())
            .await
            .map_err(failure)?;
        Ok(found.map(PostId::of))
    }

    async fn traceparents(&self, posts: &[PostId]) -> Result<Vec<(PostId, String)>, StorageError> {
        if posts.is_empty() {
            return Ok(Vec::new());
        }
        let rows: Vec<(Uuid, String)> = Entity::find()
            .select_only()
            .columns([Column::Id, Column::Traceparent])
            .filter(among(self, Column::Id, uuids(posts)))
            .filter(Column::Traceparent.is_not_null())
            .into_tuple()
            .all(self.db())
            .await
            .map_err(failure)?;
        Ok(rows
            .into_iter()
            .map(|(id, text)| (PostId::of(id), text))
            .collect())
    }
}
