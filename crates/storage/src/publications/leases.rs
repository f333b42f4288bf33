//! What is due, what has lapsed, and leases that are kept alive.

use std::collections::HashSet;

use postern_domain::id::PublicationId;
use postern_domain::ports::StorageError;
use postern_domain::publication::{Lease, Publication, State};
use postern_domain::time::Timestamp;
use postern_entities::publication::{Column, Entity};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

use super::find::{names, whole};
use crate::error::failure;
use crate::lists::among;
use crate::rows::{RowId, big, instant, timestamp};
use crate::unit::Work;

/// Due publications, oldest first. The index over `due_at` is walked from its beginning, so that it does not matter
/// how many wait for a later day.
pub(super) fn oldest_due(now: Timestamp, limit: u32) -> Select<Entity> {
    leasable()
        .filter(Column::DueAt.lte(instant(now)))
        .order_by_asc(Column::DueAt)
        .order_by_asc(Column::Id)
        .limit(u64::from(limit))
}

/// Publications whose lease has lapsed, longest first.
pub(super) async fn lapsed(
    work: &Work,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Publication>, StorageError> {
    let rows = work
        .locked_of_free(oldest_lapsed(now, limit))
        .all(work.db())
        .await;
    whole(work, rows.map_err(failure)?).await
}

fn oldest_lapsed(now: Timestamp, limit: u32) -> Select<Entity> {
    leased()
        .filter(Column::LeaseUntil.lte(instant(now)))
        .order_by_asc(Column::LeaseUntil)
        .order_by_asc(Column::Id)
        .limit(u64::from(limit))
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
    Entity::find().filter(Column::State.is_in(names(states)))
}

/// Publications that somebody may hold.
fn leased() -> Select<Entity> {
    Entity::find().filter(Column::State.is_in(names([State::Leased, State::Unconfirmed])))
}

/// Moves the end of the leases that are still held with the same number.
pub(super) async fn extend(
    work: &Work,
    leases: &[Lease],
    until: Timestamp,
) -> Result<Vec<Lease>, StorageError> {
    let mut sorted = leases.to_vec();
    sorted.sort_unstable_by_key(|lease| lease.publication);
    let held = lock(work, &sorted).await?;
    sorted.retain(|lease| held.contains(&(lease.publication.to_uuid(), big(lease.fence))));
    if sorted.is_empty() {
        return Ok(sorted);
    }
    let ids = sorted.iter().map(|lease| lease.publication.to_uuid());
    Entity::update_many()
        .col_expr(Column::LeaseUntil, Expr::value(instant(until)))
        .filter(among(work, Column::Id, ids))
        .exec(work.db())
        .await
        .map_err(failure)?;
    Ok(sorted)
}

/// Ids and numbers of those among them that are held, locked in the order of ids.
async fn lock(work: &Work, leases: &[Lease]) -> Result<HashSet<(Uuid, i64)>, StorageError> {
    let ids = leases
        .iter()
        .map(|lease| PublicationId::to_uuid(lease.publication));
    let rows = Entity::find()
        .filter(among(work, Column::Id, ids))
        .filter(Column::LeaseUntil.is_not_null())
        .order_by_asc(Column::Id);
    let held: Vec<(Uuid, i64)> = work
        .locked(rows)
        .select_only()
        .columns([Column::Id, Column::Fence])
        .into_tuple()
        .all(work.db())
        .await
        .map_err(failure)?;
    Ok(held.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, QueryTrait, Statement};

    use postern_domain::id::WorkspaceId;

    use super::super::find::newest_in_states;
    use super::*;
    use crate::trial::Trial;

    /// Ten thousand publications that wait for a later day, and statistics that know of them.
    const FILL: &str = "
        INSERT INTO workspace (id, name, zone, lateness_secs, created_at)
            VALUES (gen_random_uuid(), 'Home', 'UTC', 60, now());
        INSERT INTO channel (id, workspace_id, provider, remote_id, name, handle, disabled, details, created_at)
            SELECT id, id, 'test', '1', 'Ada', 'ada', false, '{}', now() FROM workspace;
        INSERT INTO post (id, workspace_id, door, draft, state, version, created_at, updated_at)
            SELECT id, id, 'rest', false, 'scheduled', 1, now(), now() FROM workspace;
        INSERT INTO publication (id, workspace_id, post_id, channel_id, provider, lane, state, due_at, fence, entry,
                entries, run, tries, attempts, detections, settings, created_at, updated_at)
            SELECT gen_random_uuid(), id, id, id, 'test', 'test', 'scheduled', now() + number * interval '1 minute',
                0, 0, 1, 0, 0, 0, 0, '{}', now(), now() FROM workspace, generate_series(1, 10000) AS number;
        ANALYZE publication";

    /// The steps of a query, as the database plans them.
    async fn plan_of(db: &DatabaseConnection, select: Select<Entity>) -> String {
        let backend = db.get_database_backend();
        let query = select.build(backend);
        let (explain, column) = match backend {
            DbBackend::Postgres => ("EXPLAIN", 0),
            _ => ("EXPLAIN QUERY PLAN", 3),
        };
        let statement = Statement {
            sql: format!("{explain} {}", query.sql),
            ..query
        };
        let rows = db.query_all_raw(statement).await.unwrap();
        let steps: Vec<String> = rows
            .iter()
            .map(|row| row.try_get_by_index(column).unwrap())
            .collect();
        steps.join("\n")
    }

    async fn check(db: &DatabaseConnection) {
        let now = Timestamp::from_secs(1);
        let trouble = [State::Failed, State::Missed];
        for (select, index) in [
            (oldest_due(now, 10), "publication_due"),
            (oldest_lapsed(now, 10), "publication_lease"),
            (
                newest_in_states(WorkspaceId::from_bits(7), &trouble, 10),
                "publication_trouble",
            ),
        ] {
            let plan = plan_of(db, select).await;
            assert!(plan.contains(index), "{plan}");
            assert!(
                !plan.to_lowercase().contains("sort") && !plan.contains("TEMP B-TREE"),
                "{plan}"
            );
        }
    }

    #[tokio::test]
    async fn what_is_due_is_read_from_the_front_of_an_index_on_sqlite() {
        let trial = Trial::sqlite().await;
        check(trial.database.writer()).await;
    }

    #[tokio::test]
    async fn what_is_due_is_read_from_the_front_of_an_index_on_postgres() {
        let Some(trial) = Trial::postgres("due").await else {
            return;
        };
        trial.database.writer().execute_unprepared(FILL).await.unwrap();
        check(trial.database.writer()).await;
        trial.remove().await;
    }
}
