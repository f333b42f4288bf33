//! Forgetting what is no longer needed, a few rows with each statement.
//!
//! Neither database limits a deletion by itself everywhere, so each picks its rows by their keys first; the indexes
//! over the instants are walked from their beginnings.

use async_trait::async_trait;
use postern_domain::ports::{Housekeeping, StorageError};
use postern_domain::time::Timestamp;
use postern_entities::{
    answer, attempt, audit, connect_attempt, dead_letter, idempotency_key, session, upload,
};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::batches::LIST;
use crate::error::failure;
use crate::rows::instant;
use crate::unit::Work;

#[async_trait]
impl Housekeeping for Work {
    async fn delete_ended_sessions(&self, until: Timestamp, limit: u32) -> Result<u64, StorageError> {
        let ended = session::Column::ExpiresAt.lte(instant(until));
        forget::<session::Entity>(
            self,
            session::Column::Id,
            session::Column::ExpiresAt,
            ended,
            limit,
        )
        .await
    }

    async fn forget_uploads(&self, until: Timestamp, limit: u32) -> Result<u64, StorageError> {
        let ended = upload::Column::ExpiresAt.lte(instant(until));
        forget::<upload::Entity>(self, upload::Column::Id, upload::Column::ExpiresAt, ended, limit).await
    }

    async fn forget_connections(&self, until: Timestamp, limit: u32) -> Result<u64, StorageError> {
        use connect_attempt::{Column, Entity};
        let ended = Entity::find()
            .filter(Column::ExpiresAt.lte(instant(until)))
            .order_by_asc(Column::ExpiresAt)
            .limit(u64::from(limit))
            .all(self.db())
            .await
            .map_err(failure)?;
        let these = ended.iter().fold(Condition::any(), |these, row| {
            let this = Condition::all()
                .add(Column::Provider.eq(row.provider.as_str()))
                .add(Column::State.eq(row.state.as_str()));
            these.add(this)
        });
        delete::<Entity>(self, these, ended.len()).await
    }

    async fn forget_keys(&self, before: Timestamp, limit: u32) -> Result<u64, StorageError> {
        use idempotency_key::{Column, Entity};
        let old: Vec<(Uuid, String)> = Entity::find()
            .select_only()
            .columns([Column::WorkspaceId, Column::Key])
            .filter(Column::CreatedAt.lt(instant(before)))
            .order_by_asc(Column::CreatedAt)
            .limit(u64::from(limit))
            .into_tuple()
            .all(self.db())
            .await
            .map_err(failure)?;
        let these = old.iter().fold(Condition::any(), |these, (workspace, key)| {
            let this = Condition::all()
                .add(Column::WorkspaceId.eq(*workspace))
                .add(Column::Key.eq(key.as_str()));
            these.add(this)
        });
        delete::<Entity>(self, these, old.len()).await
    }

    async fn forget_answers(&self, before: Timestamp, limit: u32) -> Result<u64, StorageError> {
        use answer::{Column, Entity};
        let old: Vec<(Uuid, String)> = Entity::find()
            .select_only()
            .columns([Column::WorkspaceId, Column::Key])
            .filter(Column::CreatedAt.lt(instant(before)))
            .order_by_asc(Column::CreatedAt)
            .limit(u64::from(limit))
            .into_tuple()
            .all(self.db())
            .await
            .map_err(failure)?;
        let these = old.iter().fold(Condition::any(), |these, (workspace, key)| {
            let this = Condition::all()
                .add(Column::WorkspaceId.eq(*workspace))
                .add(Column::Key.eq(key.as_str()));
            these.add(this)
        });
        delete::<Entity>(self, these, old.len()).await
    }

    async fn forget_evidence(&self, before: Timestamp, limit: u32) -> Result<u64, StorageError> {
        use attempt::{Column, Entity};
        let has_words = Condition::any()
            .add(Column::Reply.is_not_null())
            .add(Column::ProviderMessage.is_not_null());
        let old: Vec<Uuid> = Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(Column::EndedAt.lt(instant(before)))
            .filter(has_words)
            .order_by_asc(Column::EndedAt)
            .limit(u64::from(limit))
            .into_tuple()
            .all(self.db())
            .await
            .map_err(failure)?;
        let mut changed = 0;
        for some in old.chunks(LIST) {
            let nothing = || Expr::value(None::<String>);
            let update = Entity::update_many()
                .col_expr(Column::Reply, nothing())
                .col_expr(Column::ProviderMessage, nothing())
                .filter(Column::Id.is_in(some.iter().copied()))
                .exec(self.db())
                .await
                .map_err(failure)?;
            changed += update.rows_affected;
        }
        Ok(changed)
    }

    async fn forget_audit(&self, before: Timestamp, limit: u32) -> Result<u64, StorageError> {
        use audit::{Column, Entity};
        self.catch_up().await?;
        let old: Vec<i64> = Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(Column::At.lt(instant(before)))
            .order_by_asc(Column::At)
            .limit(u64::from(limit))
            .into_tuple()
            .all(self.db())
            .await
            .map_err(failure)?;
        let mut deleted = 0;
        for some in old.chunks(LIST) {
            let these = Condition::all().add(Column::Id.is_in(some.iter().copied()));
            deleted += delete::<Entity>(self, these, some.len()).await?;
        }
        Ok(deleted)
    }

    async fn forget_buried(&self, before: Timestamp, limit: u32) -> Result<u64, StorageError> {
        let old = dead_letter::Column::BuriedAt.lt(instant(before));
        let (id, at) = (dead_letter::Column::Id, dead_letter::Column::BuriedAt);
        forget::<dead_letter::Entity>(self, id, at, old, limit).await
    }
}

/// Deletes the oldest rows that meet a condition, by their ids.
async fn forget<E>(
    work: &Work,
    id: E::Column,
    at: E::Column,
    old: sea_orm::sea_query::SimpleExpr,
    limit: u32,
) -> Result<u64, StorageError>
where
    E: EntityTrait,
    E::Model: FromQueryResult + Sync,
{
    let old: Vec<Uuid> = E::find()
        .select_only()
        .column(id)
        .filter(old)
        .order_by_asc(at)
        .limit(u64::from(limit))
        .into_tuple()
        .all(work.db())
        .await
        .map_err(failure)?;
    let mut deleted = 0;
    for some in old.chunks(LIST) {
        let these = Condition::all().add(id.is_in(some.iter().copied()));
        deleted += delete::<E>(work, these, some.len()).await?;
    }
    Ok(deleted)
}

/// Deletes the rows that a condition names one by one; nothing when it names none, for an empty condition would
/// mean all.
async fn delete<E: EntityTrait>(work: &Work, these: Condition, named: usize) -> Result<u64, StorageError> {
    if named == 0 {
        return Ok(0);
    }
    let deleted = E::delete_many().filter(these).exec(work.db()).await;
    Ok(deleted.map_err(failure)?.rows_affected)
}
