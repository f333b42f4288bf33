//! Answers to requests that came with an idempotency key.

use async_trait::async_trait;
use postern_domain::id::WorkspaceId;
use postern_domain::ports::{AnswerClaim, AnswerRow, AnswerStore, StorageError};
use postern_domain::post::IdempotencyKey;
use postern_domain::time::Timestamp;
use postern_entities::answer::{Column, Entity, Model};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, TryInsertResult};

use crate::error::{conflict, failure, one};
use crate::rows::{RowId, instant};
use crate::unit::Work;

#[async_trait]
impl AnswerStore for Work {
    async fn claim_answer(
        &self,
        workspace: WorkspaceId,
        key: &IdempotencyKey,
        now: Timestamp,
        stale: Timestamp,
    ) -> Result<AnswerClaim, StorageError> {
        let row = Model {
            workspace_id: workspace.to_uuid(),
            key: key.key.clone(),
            digest: key.digest.clone(),
            status: None,
            sealed: None,
            created_at: instant(now),
        };
        let inserted = Entity::insert(row.into_active_model())
            .on_conflict_do_nothing_on([Column::WorkspaceId, Column::Key])
            .exec_without_returning(self.db())
            .await
            .map_err(failure)?;
        if let TryInsertResult::Inserted(1) = inserted {
            return Ok(AnswerClaim::Fresh);
        }
        let earlier = Entity::find_by_id((workspace.to_uuid(), key.key.clone()));
        let earlier = self.locked(earlier).one(self.db()).await.map_err(failure)?;
        let earlier = earlier.ok_or_else(|| conflict("answer"))?;
        if earlier.digest != key.digest {
            return Ok(AnswerClaim::Mismatch);
        }
        if let (Some(status), Some(sealed)) = (earlier.status, earlier.sealed) {
            let status = u16::try_from(status).unwrap_or_default();
            return Ok(AnswerClaim::Answered(AnswerRow { status, sealed }));
        }
        if earlier.created_at >= instant(stale) {
            return Ok(AnswerClaim::Busy);
        }
        let taken = Entity::update_many()
            .col_expr(Column::CreatedAt, Expr::value(instant(now)))
            .filter(Column::WorkspaceId.eq(workspace.to_uuid()))
            .filter(Column::Key.eq(key.key.as_str()))
            .exec(self.db())
            .await
            .map_err(failure)?;
        one(taken.rows_affected, "answer")?;
        Ok(AnswerClaim::Fresh)
    }

    async fn put_answer(
        &self,
        workspace: WorkspaceId,
        key: &str,
        answer: &AnswerRow,
    ) -> Result<(), StorageError> {
        let status = i16::try_from(answer.status).unwrap_or_default();
        Entity::update_many()
            .col_expr(Column::Status, Expr::value(status))
            .col_expr(Column::Sealed, Expr::value(answer.sealed.clone()))
            .filter(Column::WorkspaceId.eq(workspace.to_uuid()))
            .filter(Column::Key.eq(key))
            .exec(self.db())
            .await
            .map(drop)
            .map_err(failure)
    }

    async fn drop_claim(&self, workspace: WorkspaceId, key: &str) -> Result<(), StorageError> {
        Entity::delete_many()
            .filter(Column::WorkspaceId.eq(workspace.to_uuid()))
            .filter(Column::Key.eq(key))
            .filter(Column::Status.is_null())
            .exec(self.db())
            .await
            .map(drop)
            .map_err(failure)
    }
}
