//! What is due, shared out fairly between channels.

use std::collections::HashMap;

use postern_domain::ports::StorageError;
use postern_domain::publication::{Publication, State};
use postern_domain::time::Timestamp;
use postern_entities::publication::{Column, Entity, Model};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QuerySelect, Statement};
use uuid::Uuid;

use super::find::whole;
use super::leases::oldest_due;
use crate::error::failure;
use crate::rows::instant;
use crate::unit::Work;

/// Due publications in the order of their times, at most `limit`, and of one channel at most as many as make its
/// leased ones `in_hand`.
///
/// Mostly all that is due fits into one answer, and is read from the front of an index. Where more is due than fits,
/// the channels take turns: the first of each, then the second of each, so that a channel with thousands does not
/// keep the others waiting. The cost then grows with the channels that have a plan, not with what is due.
pub(super) async fn due(
    work: &Work,
    now: Timestamp,
    limit: u32,
    in_hand: u32,
) -> Result<Vec<Publication>, StorageError> {
    let oldest = work.locked_of_free(oldest_due(now, limit)).all(work.db()).await;
    let mut rows = oldest.map_err(failure)?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    if rows.len() < usize::try_from(limit).unwrap_or(usize::MAX) {
        in_order(&mut rows);
        keep_room(&mut rows, &held(work).await?, in_hand);
    } else {
        rows = Entity::find()
            .from_raw_sql(turns(work, now, limit, in_hand))
            .all(work.db())
            .await
            .map_err(failure)?;
        in_order(&mut rows);
    }
    whole(work, rows).await
}

/// By due time; what waited for the same moment goes in the order in which it should have gone out.
fn in_order(rows: &mut [Model]) {
    rows.sort_by_key(|row| (row.due_at, row.publish_at, row.id));
}

/// How many publications of each channel are leased.
async fn held(work: &Work) -> Result<HashMap<Uuid, u32>, StorageError> {
    // Counted here, for grouping them would tempt SQLite to walk an index over all publications.
    let channels: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::ChannelId)
        .filter(Column::LeaseUntil.is_not_null())
        .into_tuple()
        .all(work.db())
        .await
        .map_err(failure)?;
    let mut counts: HashMap<Uuid, u32> = HashMap::new();
    for channel in channels {
        *counts.entry(channel).or_default() += 1;
    }
    Ok(counts)
}

/// Leaves out what would give a channel more than `in_hand` leases.
fn keep_room(rows: &mut Vec<Model>, held: &HashMap<Uuid, u32>, in_hand: u32) {
    let mut taken = held.clone();
    rows.retain(|row| {
        let count = taken.entry(row.channel_id).or_default();
        *count = count.saturating_add(1);
        *count <= in_hand
    });
}

/// The channels that have a plan, one step along the index for each. The second column of the order makes sure that it
/// is the index over what is due, not one over all publications of a channel.
const PLANNED: &str = "
    RECURSIVE planned (channel_id) AS (
        SELECT first.channel_id FROM (
            SELECT channel_id FROM publication WHERE due_at IS NOT NULL ORDER BY channel_id, due_at LIMIT 1
        ) AS first
        UNION ALL
        SELECT (
            SELECT next.channel_id FROM publication AS next
            WHERE next.due_at IS NOT NULL AND next.channel_id > planned.channel_id
            ORDER BY next.channel_id, next.due_at LIMIT 1
        ) FROM planned WHERE planned.channel_id IS NOT NULL
    )";

/// The statement that lets channels take turns: $1 is now, $2 the limit, $3 the most in hand.
fn turns(work: &Work, now: Timestamp, limit: u32, in_hand: u32) -> Statement {
    let backend = work.db().get_database_backend();
    let sql = match backend {
        DbBackend::Sqlite => on_sqlite(),
        _ if work.may_write() => format!("{} FOR NO KEY UPDATE SKIP LOCKED", on_postgres()),
        _ => on_postgres(),
    };
    let values: [sea_orm::Value; 3] = [
        instant(now).into(),
        i64::from(limit).into(),
        i64::from(in_hand).into(),
    ];
    Statement::from_sql_and_values(backend, sql, values)
}

fn on_postgres() -> String {
    let leasable = leasable();
    format!(
        "WITH {PLANNED},
        held AS (
            SELECT channel_id, COUNT(*) AS leased FROM publication WHERE lease_until IS NOT NULL GROUP BY channel_id
        ),
        picked AS (
            SELECT own.id FROM planned LEFT JOIN held ON held.channel_id = planned.channel_id
            CROSS JOIN LATERAL (
                SELECT id, due_at, ROW_NUMBER() OVER (ORDER BY due_at, publish_at, id) AS turn FROM publication
                WHERE channel_id = planned.channel_id AND due_at <= $1 AND state IN ({leasable})
                ORDER BY due_at, publish_at, id
                LIMIT GREATEST(LEAST($3 - COALESCE(held.leased, 0), $2), 0)
            ) AS own
            ORDER BY own.turn, own.due_at, own.id
            LIMIT $2
        )
        SELECT publication.* FROM publication
        WHERE id = ANY (ARRAY(SELECT id FROM picked)) AND due_at <= $1 AND state IN ({leasable})
        ORDER BY id"
    )
}

fn on_sqlite() -> String {
    let leasable = leasable();
    // A limit cannot speak of a column here, so that the room of each channel is looked at afterwards. The plus
    // keeps the grouping from walking an index over all publications instead of the one over leases.
    format!(
        "WITH {PLANNED},
        held AS (
            SELECT channel_id, COUNT(*) AS leased FROM publication WHERE lease_until IS NOT NULL GROUP BY +channel_id
        ),
        own AS (
            SELECT due.*, ROW_NUMBER() OVER (
                PARTITION BY due.channel_id ORDER BY due.due_at, due.publish_at, due.id
            ) AS turn
            FROM planned JOIN publication AS due ON due.id IN (
                SELECT some.id FROM publication AS some
                WHERE some.channel_id = planned.channel_id AND some.due_at <= ?1 AND some.state IN ({leasable})
                ORDER BY some.due_at, some.publish_at, some.id
                LIMIT ?2
            )
        )
        SELECT own.* FROM own LEFT JOIN held ON held.channel_id = own.channel_id
        WHERE own.turn <= ?3 - COALESCE(held.leased, 0)
        ORDER BY own.turn, own.due_at, own.id
        LIMIT ?2"
    )
}

/// The states that the clock may hand out, as SQL.
fn leasable() -> String {
    let states = State::ALL.into_iter().filter(|state| state.is_leasable());
    let quoted: Vec<String> = states.map(|state| format!("'{state}'")).collect();
    quoted.join(", ")
}

#[cfg(test)]
mod tests;
