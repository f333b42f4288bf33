//! Channels, their groups and slots.

use async_trait::async_trait;
use postern_domain::channel::{Channel, Group, Slot};
use postern_domain::id::{ChannelId, GroupId, WorkspaceId};
use postern_domain::manifest::ProviderId;
use postern_domain::pause::PauseScope;
use postern_domain::ports::{
    AppRegistration, ChannelStore, ConnectAttempt, CredentialRow, GrantLease, GrantWarning, StorageError,
};
use postern_domain::time::Timestamp;
use postern_entities::{channel, channel_group, slot};
use sea_orm::ActiveValue::NotSet;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use crate::batches::insert_all;
use crate::error::{conflict, failure, one};
use crate::lists::among;
use crate::rows::channel::{from_row, slot_from_row, slot_to_row, to_row};
use crate::rows::{RowId, instant, uuids};
use crate::unit::Work;
use crate::{credentials, grants, pauses, switches};

#[async_trait]
impl ChannelStore for Work {
    async fn insert_channel(&self, channel: &Channel) -> Result<(), StorageError> {
        channel::Entity::insert(to_row(channel).into_active_model())
            .exec_without_returning(self.db())
            .await
            .map(drop)
            .map_err(failure)
    }

    async fn update_channel(&self, channel: &Channel) -> Result<(), StorageError> {
        let change = channel::ActiveModel {
            id: NotSet,
            workspace_id: NotSet,
            created_at: NotSet,
            removed_at: NotSet,
            ..to_row(channel).into_active_model().reset_all()
        };
        let changed = channel::Entity::update_many()
            .set(change)
            .filter(channel::Column::Id.eq(channel.id.to_uuid()))
            .filter(channel::Column::WorkspaceId.eq(channel.workspace.to_uuid()))
            .exec(self.db())
            .await
            .map_err(failure)?;
        one(changed.rows_affected, "channel")
    }

    async fn set_channel_disabled(
        &self,
        workspace: WorkspaceId,
        id: ChannelId,
        disabled: bool,
    ) -> Result<Option<Channel>, StorageError> {
        switches::set_disabled(self, workspace, id, disabled).await
    }

    async fn mark_channel_lost(
        &self,
        id: ChannelId,
        reason: &str,
        since: Timestamp,
    ) -> Result<Option<Channel>, StorageError> {
        switches::mark_lost(self, id, reason, since).await
    }

    async fn set_grant_end(&self, id: ChannelId, ends_at: Option<Timestamp>) -> Result<(), StorageError> {
        switches::set_grant_end(self, id, ends_at).await
    }

    async fn remove_channel(
        &self,
        workspace: WorkspaceId,
        id: ChannelId,
        at: Timestamp,
    ) -> Result<bool, StorageError> {
        let changed = channel::Entity::update_many()
            .col_expr(channel::Column::RemovedAt, Expr::value(instant(at)))
            .filter(channel::Column::Id.eq(id.to_uuid()))
            .filter(channel::Column::WorkspaceId.eq(workspace.to_uuid()))
            .filter(channel::Column::RemovedAt.is_null())
            .exec(self.db())
            .await
            .map_err(failure)?;
        if changed.rows_affected == 0 {
            return Ok(false);
        }
        credentials::forget(self, id).await?;
        pauses::forget(self, PauseScope::Channel(id)).await?;
        Ok(true)
    }

    async fn channel(&self, workspace: WorkspaceId, id: ChannelId) -> Result<Option<Channel>, StorageError> {
        let row = channel::Entity::find_by_id(id.to_uuid())
            .filter(channel::Column::WorkspaceId.eq(workspace.to_uuid()))
            .filter(channel::Column::RemovedAt.is_null())
            .one(self.db())
            .await;
        Ok(row.map_err(failure)?.map(from_row))
    }

    async fn channels(&self, workspace: WorkspaceId) -> Result<Vec<Channel>, StorageError> {
        let rows = channel::Entity::find()
            .filter(channel::Column::WorkspaceId.eq(workspace.to_uuid()))
            .filter(channel::Column::RemovedAt.is_null())
            .order_by_asc(channel::Column::CreatedAt)
            .order_by_asc(channel::Column::Id)
            .all(self.db())
            .await;
        Ok(rows.map_err(failure)?.into_iter().map(from_row).collect())
    }

    async fn channels_by_id(&self, ids: &[ChannelId]) -> Result<Vec<Channel>, StorageError> {
        let rows = channel::Entity::find()
            .filter(among(self, channel::Column::Id, uuids(ids)))
            .all(self.db())
            .await;
        Ok(rows.map_err(failure)?.into_iter().map(from_row).collect())
    }

    async fn channel_by_remote(
        &self,
        workspace: WorkspaceId,
        provider: &ProviderId,
        remote_id: &str,
    ) -> Result<Option<Channel>, StorageError> {
        let row = channel::Entity::find()
            .filter(channel::Column::WorkspaceId.eq(workspace.to_uuid()))
            .filter(channel::Column::Provider.eq(provider.as_str()))
            .filter(channel::Column::RemoteId.eq(remote_id))
            .filter(channel::Column::RemovedAt.is_null())
            .one(self.db())
            .await;
        Ok(row.map_err(failure)?.map(from_row))
    }

    async fn groups(&self, workspace: WorkspaceId) -> Result<Vec<Group>, StorageError> {
        let rows = channel_group::Entity::find()
            .filter(channel_group::Column::WorkspaceId.eq(workspace.to_uuid()))
            .order_by_asc(channel_group::Column::Name)
            .all(self.db())
            .await
            .map_err(failure)?;
        let groups = rows.into_iter().map(|row| Group {
            id: GroupId::of(row.id),
            name: row.name,
        });
        Ok(groups.collect())
    }

    async fn ensure_group(
        &self,
        workspace: WorkspaceId,
        id: GroupId,
        name: &str,
    ) -> Result<GroupId, StorageError> {
        use channel_group::Column;
        let row = channel_group::Model {
            id: id.to_uuid(),
            workspace_id: workspace.to_uuid(),
            name: name.to_owned(),
        };
        channel_group::Entity::insert(row.into_active_model())
            .on_conflict_do_nothing_on([Column::WorkspaceId, Column::Name])
            .exec_without_returning(self.db())
            .await
            .map_err(failure)?;
        let group = channel_group::Entity::find()
            .filter(Column::WorkspaceId.eq(workspace.to_uuid()))
            .filter(Column::Name.eq(name))
            .one(self.db())
            .await
            .map_err(failure)?
            .ok_or_else(|| conflict("channel_group"))?;
        Ok(GroupId::of(group.id))
    }

    async fn lock_channels(&self, workspace: WorkspaceId, ids: &[ChannelId]) -> Result<(), StorageError> {
        let rows = channel::Entity::find()
            .filter(channel::Column::Id.is_in(uuids(ids)))
            .filter(channel::Column::WorkspaceId.eq(workspace.to_uuid()))
            .order_by_asc(channel::Column::Id);
        let locked: Vec<Uuid> = self
            .locked(rows)
            .select_only()
            .column(channel::Column::Id)
            .into_tuple()
            .all(self.db())
            .await
            .map_err(failure)?;
        debug_assert!(locked.len() <= ids.len(), "a channel is locked once");
        Ok(())
    }

    async fn slots(&self, channel: ChannelId) -> Result<Vec<Slot>, StorageError> {
        let rows = slot::Entity::find()
            .filter(slot::Column::ChannelId.eq(channel.to_uuid()))
            .order_by_asc(slot::Column::Position)
            .all(self.db())
            .await
            .map_err(failure)?;
        rows.iter().map(slot_from_row).collect()
    }

    async fn set_slots(&self, channel: ChannelId, slots: &[Slot]) -> Result<(), StorageError> {
        slot::Entity::delete_many()
            .filter(slot::Column::ChannelId.eq(channel.to_uuid()))
            .exec(self.db())
            .await
            .map_err(failure)?;
        let rows: Vec<slot::Model> = slots
            .iter()
            .enumerate()
            .map(|(position, slot)| slot_to_row(channel, position, *slot))
            .collect();
        insert_all::<slot::Entity>(self, &rows).await
    }

    async fn credentials(&self, channels: &[ChannelId]) -> Result<Vec<CredentialRow>, StorageError> {
        credentials::of(self, channels).await
    }

    async fn put_credential(&self, row: &CredentialRow) -> Result<(), StorageError> {
        credentials::put(self, row).await
    }

    async fn lease_grant(
        &self,
        channel: ChannelId,
        stale: u64,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<GrantLease>, StorageError> {
        credentials::lease(self, channel, stale, now, until).await
    }

    async fn free_grant(&self, channel: ChannelId) -> Result<(), StorageError> {
        credentials::set_lease(self, channel, None).await
    }

    async fn grants_to_renew(&self, now: Timestamp, limit: u32) -> Result<Vec<CredentialRow>, StorageError> {
        grants::to_renew(self, now, limit).await
    }

    async fn grant_version(&self, channel: ChannelId) -> Result<Option<u64>, StorageError> {
        grants::version(self, channel).await
    }

    async fn grants_ending(
        &self,
        before: Timestamp,
        after: Option<ChannelId>,
        limit: u32,
    ) -> Result<Vec<(Channel, Option<GrantWarning>)>, StorageError> {
        grants::ending(self, before, after, limit).await
    }

    async fn put_grant_warning(&self, warning: &GrantWarning, at: Timestamp) -> Result<(), StorageError> {
        grants::put_warning(self, warning, at).await
    }

    async fn insert_connect_attempt(&self, attempt: &ConnectAttempt) -> Result<(), StorageError> {
        credentials::insert_connection(self, attempt).await
    }

    async fn take_connect_attempt(
        &self,
        provider: &ProviderId,
        state: &str,
        now: Timestamp,
    ) -> Result<Option<ConnectAttempt>, StorageError> {
        credentials::take_connection(self, provider, state, now).await
    }

    async fn app_registration(
        &self,
        provider: &ProviderId,
        purpose: &str,
    ) -> Result<Option<AppRegistration>, StorageError> {
        credentials::app(self, provider, purpose).await
    }

    async fn put_app_registration(&self, registration: &AppRegistration) -> Result<(), StorageError> {
        credentials::put_app(self, registration).await
    }
}
