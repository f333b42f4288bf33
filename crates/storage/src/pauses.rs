//! Pauses, resumptions, and what they hold.

use async_trait::async_trait;
use postern_domain::id::{PublicationId, WorkspaceId};
use postern_domain::pause::{Pause, PauseScope, Resumption};
use postern_domain::ports::{PauseStore, StorageError};
use postern_domain::publication::Publication;
use postern_entities::pause::{Column, Entity};
use postern_entities::publication;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, Select,
};

use crate::error::{conflict, failure};
use crate::publications::whole;
use crate::rows::pause::{from_row, resumption_from_row, subject, to_row};
use crate::rows::{RowId, uuids};
use crate::unit::Work;

#[async_trait]
impl PauseStore for Work {
    async fn pauses(&self, workspaces: &[WorkspaceId]) -> Result<Vec<Pause>, StorageError> {
        let of_these = Condition::any()
            .add(Column::WorkspaceId.is_null())
            .add(Column::WorkspaceId.is_in(uuids(workspaces)));
        let rows = Entity::find()
            .filter(Column::CatchUp.is_null())
            .filter(of_these)
            .order_by_asc(Column::Since)
            .order_by_asc(Column::Subject)
            .all(self.db())
            .await
            .map_err(failure)?;
        let mut pauses: Vec<Pause> = rows.into_iter().map(from_row).collect::<Result<_, _>>()?;
        pauses.sort_by_key(|pause| match pause.scope {
            PauseScope::Instance => 0,
            PauseScope::Workspace(_) => 1,
            PauseScope::Channel(_) => 2,
        });
        Ok(pauses)
    }

    async fn put_pause(&self, pause: &Pause, workspace: Option<WorkspaceId>) -> Result<Pause, StorageError> {
        // A pause in force keeps its beginning; one that was ending begins anew.
        let ending = self
            .locked(Entity::find_by_id(subject(pause.scope)))
            .one(self.db())
            .await
            .map_err(failure)?;
        if let Some(row) = ending.filter(|row| row.catch_up.is_none()) {
            return from_row(row);
        }
        let again = OnConflict::column(Column::Subject)
            .update_columns([Column::Since, Column::ByName, Column::CatchUp])
            .to_owned();
        Entity::insert(to_row(pause, workspace).into_active_model())
            .on_conflict(again)
            .exec_without_returning(self.db())
            .await
            .map_err(failure)?;
        let row = Entity::find_by_id(subject(pause.scope)).one(self.db()).await;
        from_row(row.map_err(failure)?.ok_or_else(|| conflict("pause"))?)
    }

    async fn put_resumption(
        &self,
        resumption: &Resumption,
        workspace: Option<WorkspaceId>,
    ) -> Result<(), StorageError> {
        let ended = Pause {
            scope: resumption.scope,
            since: postern_domain::Timestamp::from_secs(0),
            by: String::new(),
        };
        let mut row = to_row(&ended, workspace);
        row.catch_up = Some(resumption.catch_up.as_str().to_owned());
        let end = OnConflict::column(Column::Subject)
            .update_column(Column::CatchUp)
            .to_owned();
        Entity::insert(row.into_active_model())
            .on_conflict(end)
            .exec_without_returning(self.db())
            .await
            .map(drop)
            .map_err(failure)
    }

    async fn resumptions(&self, limit: u32) -> Result<Vec<Resumption>, StorageError> {
        let rows = Entity::find()
            .filter(Column::CatchUp.is_not_null())
            .order_by_asc(Column::Subject)
            .limit(u64::from(limit))
            .all(self.db())
            .await
            .map_err(failure)?;
        let found: Vec<Option<Resumption>> =
            rows.iter().map(resumption_from_row).collect::<Result<_, _>>()?;
        Ok(found.into_iter().flatten().collect())
    }

    async fn resumption(&self, scope: PauseScope) -> Result<Option<Resumption>, StorageError> {
        let row = self
            .locked(Entity::find_by_id(subject(scope)))
            .one(self.db())
            .await
            .map_err(failure)?;
        row.as_ref().map_or(Ok(None), resumption_from_row)
    }

    async fn delete_resumption(&self, scope: PauseScope) -> Result<(), StorageError> {
        Entity::delete_many()
            .filter(Column::Subject.eq(subject(scope)))
            .filter(Column::CatchUp.is_not_null())
            .exec(self.db())
            .await
            .map(drop)
            .map_err(failure)
    }

    async fn held(
        &self,
        scope: PauseScope,
        after: Option<PublicationId>,
        limit: u32,
    ) -> Result<Vec<Publication>, StorageError> {
        let rows = self
            .locked(first_held(scope, after, limit))
            .all(self.db())
            .await
            .map_err(failure)?;
        whole(self, rows).await
    }
}

/// The state stands in the text of the statement, because a partial index serves no parameter on SQLite.
fn first_held(scope: PauseScope, after: Option<PublicationId>, limit: u32) -> Select<publication::Entity> {
    let mut held = publication::Entity::find().filter(Expr::cust("\"state\" = 'held'"));
    held = match scope {
        PauseScope::Channel(id) => held.filter(publication::Column::ChannelId.eq(id.to_uuid())),
        PauseScope::Workspace(id) => held.filter(publication::Column::WorkspaceId.eq(id.to_uuid())),
        PauseScope::Instance => held,
    };
    if let Some(after) = after {
        held = held.filter(publication::Column::Id.gt(after.to_uuid()));
    }
    held.order_by_asc(publication::Column::Id).limit(u64::from(limit))
}

/// Forgets the pause of a channel that is removed.
pub(crate) async fn forget(work: &Work, scope: PauseScope) -> Result<(), StorageError> {
    Entity::delete_by_id(subject(scope))
        .exec(work.db())
        .await
        .map(drop)
        .map_err(failure)
}
