//! Grants that end: which are to be renewed, and who was warned of what.

use postern_domain::channel::Channel;
use postern_domain::id::ChannelId;
use postern_domain::ports::{CredentialRow, GrantWarning, StorageError};
use postern_domain::time::Timestamp;
use postern_entities::{channel, credential, grant_warning};
use sea_orm::sea_query::{OnConflict, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};

use crate::error::failure;
use crate::rows::channel::{credential_from_row, from_row};
use crate::rows::{Reader, RowId, instant, small, timestamp};
use crate::unit::Work;

/// Credentials of connected channels that are to be renewed, the one that has waited longest first.
pub(crate) async fn to_renew(
    work: &Work,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<CredentialRow>, StorageError> {
    use credential::Column;
    let is_free = Condition::any()
        .add(Column::LeaseUntil.is_null())
        .add(Column::LeaseUntil.lte(instant(now)));
    let rows = credential::Entity::find()
        .filter(Column::RenewAt.lte(instant(now)))
        .filter(is_free)
        .filter(Column::ChannelId.in_subquery(connected()))
        .order_by_asc(Column::RenewAt)
        .order_by_asc(Column::ChannelId)
        .limit(u64::from(limit))
        .all(work.db())
        .await
        .map_err(failure)?;
    rows.into_iter().map(credential_from_row).collect()
}

fn connected() -> SelectStatement {
    Query::select()
        .column(channel::Column::Id)
        .from(channel::Entity)
        .and_where(channel::Column::RemovedAt.is_null())
        .and_where(channel::Column::ReconnectSince.is_null())
        .to_owned()
}

/// The version of a channel's credential.
pub(crate) async fn version(work: &Work, channel: ChannelId) -> Result<Option<u64>, StorageError> {
    let version: Option<i64> = credential::Entity::find_by_id(channel.to_uuid())
        .select_only()
        .column(credential::Column::Version)
        .into_tuple()
        .one(work.db())
        .await
        .map_err(failure)?;
    let reader = Reader::new("credential", &channel);
    version.map(|number| reader.big("version", number)).transpose()
}

/// Connected channels whose whole grant ends soon, with the last warning about it.
pub(crate) async fn ending(
    work: &Work,
    before: Timestamp,
    after: Option<ChannelId>,
    limit: u32,
) -> Result<Vec<(Channel, Option<GrantWarning>)>, StorageError> {
    use channel::Column;
    let mut ending = channel::Entity::find()
        .filter(Column::GrantExpiresAt.lt(instant(before)))
        .filter(Column::RemovedAt.is_null())
        .filter(Column::ReconnectSince.is_null());
    if let Some(after) = after {
        ending = ending.filter(Column::Id.gt(after.to_uuid()));
    }
    let channels = ending
        .order_by_asc(Column::Id)
        .limit(u64::from(limit))
        .all(work.db())
        .await
        .map_err(failure)?;
    let ids = channels.iter().map(|row| row.id);
    let warnings = grant_warning::Entity::find()
        .filter(grant_warning::Column::ChannelId.is_in(ids))
        .all(work.db())
        .await
        .map_err(failure)?;
    let warnings: Vec<GrantWarning> = warnings.iter().map(warning_from_row).collect::<Result<_, _>>()?;
    Ok(channels
        .into_iter()
        .map(|row| {
            let channel = from_row(row);
            let warned = warnings.iter().find(|warning| warning.channel == channel.id);
            (channel, warned.copied())
        })
        .collect())
}

/// Remembers a warning in place of the one before.
pub(crate) async fn put_warning(
    work: &Work,
    warning: &GrantWarning,
    at: Timestamp,
) -> Result<(), StorageError> {
    use grant_warning::Column;
    let row = grant_warning::Model {
        channel_id: warning.channel.to_uuid(),
        ends_at: instant(warning.ends_at),
        days: small(warning.days),
        warned_at: instant(at),
    };
    let replace = OnConflict::column(Column::ChannelId)
        .update_columns([Column::EndsAt, Column::Days, Column::WarnedAt])
        .to_owned();
    grant_warning::Entity::insert(row.into_active_model())
        .on_conflict(replace)
        .exec_without_returning(work.db())
        .await
        .map(drop)
        .map_err(failure)
}

fn warning_from_row(row: &grant_warning::Model) -> Result<GrantWarning, StorageError> {
    let channel = ChannelId::of(row.channel_id);
    Ok(GrantWarning {
        channel,
        ends_at: timestamp(row.ends_at),
        days: Reader::new("grant_warning", &channel).small("days", row.days)?,
    })
}
