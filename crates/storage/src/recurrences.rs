//! Recurrences, and the posts that stand for their dates.

use std::collections::HashMap;

use async_trait::async_trait;
use postern_domain::id::{PostId, RecurrenceId, WorkspaceId};
use postern_domain::ports::{RecurrenceStore, StorageError};
use postern_domain::recurrence::{Recurrence, RecurrenceState};
use postern_domain::time::{LocalDate, Timestamp, parse_local_date};
use postern_entities::post;
use postern_entities::recurrence::{ActiveModel, Column, Entity};
use sea_orm::ActiveValue::NotSet;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use crate::batches::LIST;
use crate::error::{failure, one};
use crate::rows::recurrence::{from_row, to_row};
use crate::rows::{Reader, RowId, big, instant, timestamp};
use crate::unit::Work;

#[async_trait]
impl RecurrenceStore for Work {
    async fn insert_recurrence(&self, recurrence: &Recurrence) -> Result<(), StorageError> {
        Entity::insert(to_row(recurrence).into_active_model())
            .exec_without_returning(self.db())
            .await
            .map(drop)
            .map_err(failure)
    }

    async fn update_recurrence(&self, recurrence: &Recurrence, expected: u64) -> Result<(), StorageError> {
        let change = ActiveModel {
            id: NotSet,
            workspace_id: NotSet,
            template_id: NotSet,
            created_at: NotSet,
            ..to_row(recurrence).into_active_model().reset_all()
        };
        let changed = Entity::update_many()
            .set(change)
            .filter(Column::Id.eq(recurrence.id.to_uuid()))
            .filter(Column::WorkspaceId.eq(recurrence.workspace.to_uuid()))
            .filter(Column::Version.eq(big(expected)))
            .exec(self.db())
            .await
            .map_err(failure)?;
        one(changed.rows_affected, "recurrence")
    }

    async fn recurrence(
        &self,
        workspace: WorkspaceId,
        id: RecurrenceId,
    ) -> Result<Option<Recurrence>, StorageError> {
        let found = Entity::find_by_id(id.to_uuid()).filter(Column::WorkspaceId.eq(workspace.to_uuid()));
        let row = self.locked(found).one(self.db()).await.map_err(failure)?;
        row.map(from_row).transpose()
    }

    async fn running_recurrences(
        &self,
        workspace: WorkspaceId,
        limit: u32,
    ) -> Result<Vec<Recurrence>, StorageError> {
        let rows = Entity::find()
            .filter(Column::WorkspaceId.eq(workspace.to_uuid()))
            .filter(Column::State.eq(RecurrenceState::Running.as_str()))
            .order_by_asc(Column::CreatedAt)
            .order_by_asc(Column::Id)
            .limit(u64::from(limit))
            .all(self.db())
            .await
            .map_err(failure)?;
        rows.into_iter().map(from_row).collect()
    }

    #[tracing::instrument(name = "storage.recurrences.due", level = "debug", skip_all)]
    async fn due_recurrences(&self, now: Timestamp, limit: u32) -> Result<Vec<Recurrence>, StorageError> {
        let due = Entity::find()
            .filter(Column::AdvanceAt.lte(instant(now)))
            .order_by_asc(Column::AdvanceAt)
            .order_by_asc(Column::Id)
            .limit(u64::from(limit));
        let rows = self.locked_of_free(due).all(self.db()).await.map_err(failure)?;
        rows.into_iter().map(from_row).collect()
    }

    async fn next_advance(&self) -> Result<Option<Timestamp>, StorageError> {
        let first: Option<chrono::DateTime<chrono::Utc>> = Entity::find()
            .select_only()
            .column(Column::AdvanceAt)
            .filter(Column::AdvanceAt.is_not_null())
            .order_by_asc(Column::AdvanceAt)
            .into_tuple()
            .one(self.db())
            .await
            .map_err(failure)?;
        Ok(first.map(timestamp))
    }

    async fn posts_ahead(
        &self,
        recurrences: &[Recurrence],
    ) -> Result<Vec<(RecurrenceId, PostId)>, StorageError> {
        let mut found = Vec::with_capacity(recurrences.len());
        for some in recurrences.chunks(LIST) {
            let dates = some
                .iter()
                .filter_map(|it| Some((it.id.to_uuid(), it.made_until?.to_string())));
            let wanted: HashMap<Uuid, String> = dates.collect();
            // Recurrences that run are made until about the same day, so that little is read in vain.
            let Some(earliest) = wanted.values().min() else {
                continue;
            };
            let rows: Vec<(Uuid, Uuid, String)> = post::Entity::find()
                .select_only()
                .columns([
                    post::Column::Id,
                    post::Column::RecurrenceId,
                    post::Column::OccurrenceOn,
                ])
                .filter(post::Column::RecurrenceId.is_in(wanted.keys().copied()))
                .filter(post::Column::OccurrenceOn.gte(earliest.as_str()))
                .into_tuple()
                .all(self.db())
                .await
                .map_err(failure)?;
            let ahead = rows
                .into_iter()
                .filter(|(_, recurrence, date)| wanted.get(recurrence) == Some(date));
            found.extend(ahead.map(|(id, recurrence, _)| (RecurrenceId::of(recurrence), PostId::of(id))));
        }
        Ok(found)
    }

    async fn occurrences(
        &self,
        recurrence: RecurrenceId,
        from: LocalDate,
    ) -> Result<Vec<(LocalDate, PostId)>, StorageError> {
        let rows: Vec<(Uuid, String)> = post::Entity::find()
            .select_only()
            .columns([post::Column::Id, post::Column::OccurrenceOn])
            .filter(post::Column::RecurrenceId.eq(recurrence.to_uuid()))
            .filter(post::Column::OccurrenceOn.gte(from.to_string()))
            .order_by_asc(post::Column::OccurrenceOn)
            .into_tuple()
            .all(self.db())
            .await
            .map_err(failure)?;
        let read = |(id, date): (Uuid, String)| {
            let id = PostId::of(id);
            let date =
                Reader::new("post", &id).word("occurrence_on", &date, |text| parse_local_date(text).ok())?;
            Ok((date, id))
        };
        rows.into_iter().map(read).collect()
    }
}
