//! What is planned against the budgets of platforms.

use chrono::{DateTime, Utc};
use postern_domain::ports::StorageError;
use postern_domain::publication::State;
use postern_domain::rate::{Budget, Planned};
use postern_domain::time::Timestamp;
use postern_entities::channel;
use postern_entities::publication::{Column, Entity};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::error::failure;
use crate::rows::{RowId, instant, timestamp};
use crate::unit::Work;

/// Most instants that are looked at; a plan with more of them exceeds every rate.
const MOST: u64 = 20_000;

/// Sums of entries by publish time, oldest first. All states are named, so that the index over channel, state and
/// time serves.
pub(super) async fn planned(
    work: &Work,
    budget: &Budget,
    from: Timestamp,
    until: Timestamp,
) -> Result<Vec<Planned>, StorageError> {
    let counted = State::ALL.into_iter().filter(|state| counts(*state));
    let found = Entity::find()
        .select_only()
        .column(Column::PublishAt)
        .column_as(Column::Entries.sum(), "entries")
        .filter(Column::State.is_in(counted.map(State::as_str)))
        .filter(Column::PublishAt.gt(instant(from)))
        .filter(Column::PublishAt.lt(instant(until)))
        .group_by(Column::PublishAt)
        .order_by_asc(Column::PublishAt)
        .limit(MOST);
    let found = match budget {
        Budget::Channel { workspace, channel } => found
            .filter(Column::WorkspaceId.eq(workspace.to_uuid()))
            .filter(Column::ChannelId.eq(channel.to_uuid())),
        Budget::App(provider) => {
            let channels = Query::select()
                .column(channel::Column::Id)
                .from(channel::Entity)
                .and_where(channel::Column::Provider.eq(provider.as_str()))
                .to_owned();
            found.filter(Column::ChannelId.in_subquery(channels))
        }
    };
    let sums: Vec<(DateTime<Utc>, i64)> = found.into_tuple().all(work.db()).await.map_err(failure)?;
    Ok(sums
        .into_iter()
        .map(|(at, entries)| Planned {
            at: timestamp(at),
            entries: u32::try_from(entries).unwrap_or(u32::MAX),
        })
        .collect())
}

/// Whether publications in a state were or will be counted by their platform.
fn counts(state: State) -> bool {
    match state {
        State::Scheduled
        | State::Leased
        | State::Preparing
        | State::Waiting
        | State::Armed
        | State::Unconfirmed
        | State::Published
        | State::Held => true,
        State::Draft | State::Failed | State::Missed | State::Cancelled => false,
    }
}
