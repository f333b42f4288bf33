//! Credentials, the right to renew them, and connections under way.

use postern_domain::id::ChannelId;
use postern_domain::manifest::ProviderId;
use postern_domain::ports::{AppRegistration, ConnectAttempt, CredentialRow, GrantLease, StorageError};
use postern_domain::time::Timestamp;
use postern_entities::{app_registration, connect_attempt, credential};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

use crate::error::failure;
use crate::lists::among;
use crate::rows::channel::{connection_from_row, connection_to_row, credential_from_row, credential_to_row};
use crate::rows::{RowId, big, instant, uuids};
use crate::unit::Work;

/// The credentials of channels.
pub(crate) async fn of(work: &Work, channels: &[ChannelId]) -> Result<Vec<CredentialRow>, StorageError> {
    let rows = credential::Entity::find()
        .filter(among(work, credential::Column::ChannelId, uuids(channels)))
        .all(work.db())
        .await
        .map_err(failure)?;
    rows.into_iter().map(credential_from_row).collect()
}

/// Stores a credential in place of the one before.
pub(crate) async fn put(work: &Work, row: &CredentialRow) -> Result<(), StorageError> {
    use credential::Column;
    let replace = OnConflict::column(Column::ChannelId)
        .update_columns([
            Column::Version,
            Column::Sealed,
            Column::ExpiresAt,
            Column::EndsAt,
            Column::LeaseUntil,
            Column::RenewAt,
        ])
        .to_owned();
    credential::Entity::insert(credential_to_row(row).into_active_model())
        .on_conflict(replace)
        .exec_without_returning(work.db())
        .await
        .map(drop)
        .map_err(failure)
}

/// Takes the right to renew, unless somebody has it or has used it.
pub(crate) async fn lease(
    work: &Work,
    channel: ChannelId,
    stale: u64,
    now: Timestamp,
    until: Timestamp,
) -> Result<Option<GrantLease>, StorageError> {
    let found = work
        .locked(credential::Entity::find_by_id(channel.to_uuid()))
        .one(work.db())
        .await
        .map_err(failure)?;
    let Some(row) = found else { return Ok(None) };
    let is_held = row.lease_until.is_some_and(|held| held > instant(now));
    if row.version > big(stale) {
        return Ok(Some(GrantLease::Renewed(credential_from_row(row)?)));
    }
    if is_held {
        return Ok(Some(GrantLease::Busy));
    }
    set_lease(work, channel, Some(until)).await?;
    Ok(Some(GrantLease::Taken(credential_from_row(row)?)))
}

/// Gives the right to renew back, or sets its end.
pub(crate) async fn set_lease(
    work: &Work,
    channel: ChannelId,
    until: Option<Timestamp>,
) -> Result<(), StorageError> {
    credential::Entity::update_many()
        .col_expr(credential::Column::LeaseUntil, Expr::value(until.map(instant)))
        .filter(credential::Column::ChannelId.eq(channel.to_uuid()))
        .exec(work.db())
        .await
        .map(drop)
        .map_err(failure)
}

/// Forgets the credential of a channel.
pub(crate) async fn forget(work: &Work, channel: ChannelId) -> Result<(), StorageError> {
    credential::Entity::delete_by_id(channel.to_uuid())
        .exec(work.db())
        .await
        .map(drop)
        .map_err(failure)
}

/// Remembers a connection whose browser is away.
pub(crate) async fn insert_connection(work: &Work, attempt: &ConnectAttempt) -> Result<(), StorageError> {
    connect_attempt::Entity::insert(connection_to_row(attempt).into_active_model())
        .exec_without_returning(work.db())
        .await
        .map(drop)
        .map_err(failure)
}

/// Takes a connection out of memory; one that ended is forgotten with it.
pub(crate) async fn take_connection(
    work: &Work,
    provider: &ProviderId,
    state: &str,
    now: Timestamp,
) -> Result<Option<ConnectAttempt>, StorageError> {
    use connect_attempt::Column;
    let taken = connect_attempt::Entity::delete_many()
        .filter(Column::Provider.eq(provider.as_str()))
        .filter(Column::State.eq(state))
        .exec_with_returning(work.db())
        .await
        .map_err(failure)?;
    let alive = taken.into_iter().find(|row| row.expires_at > instant(now));
    Ok(alive.map(connection_from_row))
}

/// An app registered for a purpose.
pub(crate) async fn app(
    work: &Work,
    provider: &ProviderId,
    purpose: &str,
) -> Result<Option<AppRegistration>, StorageError> {
    let key = (provider.as_str().to_owned(), purpose.to_owned());
    let row = app_registration::Entity::find_by_id(key).one(work.db()).await;
    Ok(row.map_err(failure)?.map(|row| AppRegistration {
        provider: ProviderId::new(row.provider),
        purpose: row.purpose,
        sealed: row.sealed,
    }))
}

/// Remembers an app in place of the one before.
pub(crate) async fn put_app(work: &Work, registration: &AppRegistration) -> Result<(), StorageError> {
    use app_registration::Column;
    let row = app_registration::Model {
        provider: registration.provider.as_str().to_owned(),
        purpose: registration.purpose.clone(),
        sealed: registration.sealed.clone(),
    };
    let replace = OnConflict::columns([Column::Provider, Column::Purpose])
        .update_column(Column::Sealed)
        .to_owned();
    app_registration::Entity::insert(row.into_active_model())
        .on_conflict(replace)
        .exec_without_returning(work.db())
        .await
        .map(drop)
        .map_err(failure)
}
