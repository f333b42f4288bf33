//! What is due, what has lapsed, and leases that are kept alive.

use postern_domain::id::PublicationId;
use postern_domain::ports::StorageError;
use postern_domain::publication::{Lease, Publication, State};
use postern_domain::time::Timestamp;
use postern_entities::publication::{Column, Entity};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

use super::find::whole;
use crate::batches::LIST;
use crate::error::failure;
use crate::rows::{RowId, big, instant, timestamp};
use crate::unit::Work;

/// Due publications, oldest first. The index over `due_at` is walked from its beginning, so that it does not matter
/// how many wait for a later day.
pub(super) async fn due(work: &Work, now: Timestamp, limit: u32) -> Result<Vec<Publication>, StorageError> {
    let oldest = leasable()
        .filter(Column::DueAt.lte(instant(now)))
        .order_by_asc(Column::DueAt)
        .order_by_asc(Column::Id)
        .limit(u64::from(limit));
    let rows = work.locked_of_free(oldest).all(work.db()).await;
    whole(work, rows.map_err(failure)?).await
}

/// Publications whose lease has lapsed, longest first.
pub(super) async fn lapsed(
    work: &Work,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Publication>, StorageError> {
    let oldest = leased()
        .filter(Column::LeaseUntil.lte(instant(now)))
        .order_by_asc(Column::LeaseUntil)
        .order_by_asc(Column::Id)
        .limit(u64::from(limit));
    let rows = work.locked_of_free(oldest).all(work.db()).await;
    whole(work, rows.map_err(failure)?).await
}

/// The earliest instant at which one of the two has something to do.
pub(super) async fn next_due(work: &Work) -> Result<Option<Timestamp>, StorageError> {
    let due = earliest(work, leasable(), Column::DueAt).await?;
    let lapse = earliest(work, leased(), Column::LeaseUntil).await?;
    Ok([due, lapse].into_iter().flatten().min())
}

async fn earliest(
    work: &Work,
    found: Select<Entity>,
    column: Column,
) -> Result<Option<Timestamp>, StorageError> {
    let first: Option<chrono::DateTime<chrono::Utc>> = found
        .select_only()
        .column(column)
        .filter(column.is_not_null())
        .order_by_asc(column)
        .into_tuple()
        .one(work.db())
        .await
        .map_err(failure)?;
    Ok(first.map(timestamp))
}

/// Publications that the clock may hand out.
fn leasable() -> Select<Entity> {
    let states = State::ALL.into_iter().filter(|state| state.is_leasable());
    Entity::find().filter(Column::State.is_in(states.map(State::as_str)))
}

/// Publications that somebody may hold.
fn leased() -> Select<Entity> {
    let states = [State::Leased, State::Preparing, State::Armed, State::Unconfirmed];
    Entity::find().filter(Column::State.is_in(states.map(State::as_str)))
}

/// Moves the end of the leases that are still held with the same number.
pub(super) async fn extend(
    work: &Work,
    leases: &[Lease],
    until: Timestamp,
) -> Result<Vec<Lease>, StorageError> {
    let mut sorted = leases.to_vec();
    sorted.sort_unstable_by_key(|lease| lease.publication);
    let mut kept = Vec::new();
    for some in sorted.chunks(LIST) {
        let held = lock(work, some).await?;
        let still: Vec<Lease> = some
            .iter()
            .filter(|lease| held.contains(&(lease.publication.to_uuid(), big(lease.fence))))
            .copied()
            .collect();
        if still.is_empty() {
            continue;
        }
        Entity::update_many()
            .col_expr(Column::LeaseUntil, Expr::value(instant(until)))
            .filter(Column::Id.is_in(still.iter().map(|lease| lease.publication.to_uuid())))
            .exec(work.db())
            .await
            .map_err(failure)?;
        kept.extend(still);
    }
    Ok(kept)
}

/// Ids and numbers of those among them that are held, locked in the order of ids.
async fn lock(work: &Work, leases: &[Lease]) -> Result<Vec<(Uuid, i64)>, StorageError> {
    let ids = leases
        .iter()
        .map(|lease| PublicationId::to_uuid(lease.publication));
    let rows = Entity::find()
        .filter(Column::Id.is_in(ids))
        .filter(Column::LeaseUntil.is_not_null())
        .order_by_asc(Column::Id);
    work.locked(rows)
        .select_only()
        .columns([Column::Id, Column::Fence])
        .into_tuple()
        .all(work.db())
        .await
        .map_err(failure)
}
