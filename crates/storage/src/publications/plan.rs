//! What is planned against the budgets of platforms.

use chrono::{DateTime, Utc};
use postern_domain::ports::{HowMany, StorageError};
use postern_domain::publication::State;
use postern_domain::rate::{Budget, Planned};
use postern_domain::time::Timestamp;
use postern_entities::channel;
use postern_entities::publication::{Column, Entity};
use sea_orm::sea_query::{Expr, Query, SelectStatement, SimpleExpr};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
};

use crate::error::failure;
use crate::rows::{RowId, instant, timestamp};
use crate::unit::Work;

/// Most instants that are looked at; a plan with more of them exceeds every rate.
const MOST: u64 = 20_000;

/// Most questions that one statement answers.
const TOGETHER: usize = 8;

/// Sums of entries by publish time, oldest first.
pub(super) async fn planned(
    work: &Work,
    budget: &Budget,
    from: Timestamp,
    until: Timestamp,
) -> Result<Vec<Planned>, StorageError> {
    let sums: Vec<(DateTime<Utc>, i64)> = counted(budget, from, until)
        .column(Column::PublishAt)
        .column_as(Column::Entries.sum(), "entries")
        .group_by(Column::PublishAt)
        .order_by_asc(Column::PublishAt)
        .limit(MOST)
        .into_tuple()
        .all(work.db())
        .await
        .map_err(failure)?;
    Ok(sums
        .into_iter()
        .map(|(at, entries)| Planned {
            at: timestamp(at),
            entries: u32::try_from(entries).unwrap_or(u32::MAX),
        })
        .collect())
}

/// Answers questions, several with one statement. As each publication has at least one entry, one more of them than
/// is asked about is enough.
pub(super) async fn planned_up_to(work: &Work, questions: &[HowMany]) -> Result<Vec<u64>, StorageError> {
    let mut sums = Vec::with_capacity(questions.len());
    for some in questions.chunks(TOGETHER) {
        let mut all = Query::select();
        for question in some {
            all.expr(SimpleExpr::SubQuery(None, Box::new(sum_of(question).into())));
        }
        let Some(row) = work.db().query_one(&all).await.map_err(failure)? else {
            continue;
        };
        for place in 0..some.len() {
            let sum: i64 = row.try_get_by_index(place).map_err(failure)?;
            sums.push(u64::try_from(sum).unwrap_or_default());
        }
    }
    Ok(sums)
}

fn sum_of(question: &HowMany) -> SelectStatement {
    let nearest = counted(&question.budget, question.from, question.until)
        .column(Column::Entries)
        .limit(u64::from(question.most) + 1)
        .into_query();
    Query::select()
        .expr(Expr::cust("CAST(COALESCE(SUM(entries), 0) AS bigint)"))
        .from_subquery(nearest, "counted")
        .to_owned()
}

/// What counts against a budget between two instants. All states are named, so that the index over channel, state
/// and time serves.
fn counted(budget: &Budget, from: Timestamp, until: Timestamp) -> Select<Entity> {
    let states = State::ALL.into_iter().filter(|state| counts(*state));
    let found = Entity::find()
        .select_only()
        .filter(Column::State.is_in(states.map(State::as_str)))
        .filter(Column::PublishAt.gt(instant(from)))
        .filter(Column::PublishAt.lt(instant(until)));
    match budget {
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
    }
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
