//! Pages of posts: those with a publish time first, those without after them.

use postern_domain::id::WorkspaceId;
use postern_domain::ports::StorageError;
use postern_domain::post::{PostQuery, PostState};
use postern_domain::publication::State;
use postern_entities::post::{Column, Entity, Model};
use postern_entities::{channel, publication};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, Select};

use super::cursor::{Cursor, page};
use super::state::word_of;
use crate::error::failure;
use crate::publications::names;
use crate::rows::{RowId, instant, timestamp};
use crate::unit::Work;

/// Most posts of one page.
const PAGE: u32 = 500;

/// The rows of a page, and where the next one begins.
///
/// Rows with a time and rows without are asked for one after the other, and each state alone, so that each query
/// walks an index in its order, whatever the direction and however many posts there are.
pub(super) async fn find(
    work: &Work,
    workspace: WorkspaceId,
    query: &PostQuery,
) -> Result<(Vec<Model>, Option<String>), StorageError> {
    let limit = query.limit.clamp(1, PAGE);
    let wanted = limit as usize + 1;
    let cursor = Cursor::read(query.cursor.as_deref())?;
    let search = Search {
        work,
        workspace,
        query,
        cursor,
    };
    let mut rows = Vec::new();
    if cursor.is_none_or(|cursor| cursor.at.is_some()) {
        rows = search.of_each_state(wanted, timed).await?;
    }
    // A span of time holds no post without one.
    let has_span = query.from.is_some() || query.until.is_some();
    if rows.len() < wanted && !has_span {
        rows.extend(search.of_each_state(wanted - rows.len(), untimed).await?);
    }
    Ok(page(rows, limit, |row| Cursor {
        at: row.publish_at.map(timestamp),
        id: row.id,
    }))
}

/// What is looked for, and where.
struct Search<'a> {
    work: &'a Work,
    workspace: WorkspaceId,
    query: &'a PostQuery,
    cursor: Option<Cursor>,
}

impl Search<'_> {
    /// The first rows of all states together, in the asked order.
    async fn of_each_state(
        &self,
        wanted: usize,
        narrow: fn(Select<Entity>, &PostQuery, Option<Cursor>) -> Select<Entity>,
    ) -> Result<Vec<Model>, StorageError> {
        let (newest_first, all) = (self.query.newest_first, matching(self.workspace, self.query));
        let order = if newest_first { Order::Desc } else { Order::Asc };
        let mut found = Vec::new();
        for state in by_state(&self.query.states) {
            let rows = narrow(all.clone().filter(state), self.query, self.cursor)
                .order_by(Column::PublishAt, order.clone())
                .order_by(Column::Id, order.clone())
                .limit(wanted as u64);
            found.extend(rows.all(self.work.db()).await.map_err(failure)?);
        }
        found.sort_by_key(|row| (row.publish_at, row.id));
        if newest_first {
            found.reverse();
        }
        found.truncate(wanted);
        Ok(found)
    }
}

/// One condition for each state that is asked for; one for all but trashed when none is.
fn by_state(states: &[PostState]) -> Vec<Expr> {
    if states.is_empty() {
        return vec![Column::State.ne(PostState::Trashed.as_str())];
    }
    let asked = |state: &PostState| states.contains(state);
    let both = [PostState::Scheduled, PostState::Publishing].iter().all(asked);
    let own = PostState::ALL.into_iter().filter(|state| asked(state));
    own.filter_map(|state| {
        let stored = Column::State.eq(word_of(state));
        match state {
            PostState::Publishing if both => None,
            PostState::Publishing => Some(stored.and(Expr::exists(under_way()))),
            PostState::Scheduled if !both => Some(stored.and(Expr::exists(under_way()).not())),
            _ => Some(stored),
        }
    })
    .collect()
}

/// The publications of the post that are in work.
fn under_way() -> SelectStatement {
    let states = State::ALL.into_iter().filter(|state| state.is_under_way());
    publications()
        .and_where(publication::Column::State.is_in(names(states)))
        .to_owned()
}

/// All that is asked for but state and time.
fn matching(workspace: WorkspaceId, query: &PostQuery) -> Select<Entity> {
    let mut found = Entity::find()
        .filter(Column::WorkspaceId.eq(workspace.to_uuid()))
        .filter(is_no_template());
    if let Some(channel) = query.channel {
        let on_it = publications()
            .and_where(publication::Column::ChannelId.eq(channel.to_uuid()))
            .to_owned();
        found = found.filter(Expr::exists(on_it));
    }
    if let Some(group) = query.group {
        let members = Query::select()
            .column(channel::Column::Id)
            .from(channel::Entity)
            .and_where(channel::Column::GroupId.eq(group.to_uuid()))
            .and_where(channel::Column::WorkspaceId.eq(workspace.to_uuid()))
            .to_owned();
        let on_them = publications()
            .and_where(publication::Column::ChannelId.in_subquery(members))
            .to_owned();
        found = found.filter(Expr::exists(on_them));
    }
    found
}

/// What recurrences are made of is in no list.
fn is_no_template() -> Condition {
    Condition::any()
        .add(Column::RecurrenceId.is_null())
        .add(Column::OccurrenceOn.is_not_null())
}

/// The publications of the post under the eyes of the query around.
fn publications() -> SelectStatement {
    // The trait is for everything, so it is in scope where it is needed only.
    use sea_orm::ExprTrait;
    Query::select()
        .expr(Expr::value(1))
        .from(publication::Entity)
        .and_where(Expr::col((publication::Entity, publication::Column::PostId)).equals((Entity, Column::Id)))
        .to_owned()
}

fn timed(found: Select<Entity>, query: &PostQuery, cursor: Option<Cursor>) -> Select<Entity> {
    let mut found = found.filter(Column::PublishAt.is_not_null());
    if let Some(from) = query.from {
        found = found.filter(Column::PublishAt.gte(instant(from)));
    }
    if let Some(until) = query.until {
        found = found.filter(Column::PublishAt.lt(instant(until)));
    }
    let Some(Cursor { at: Some(at), id }) = cursor else {
        return found;
    };
    // The first condition lets the index be entered at the cursor; the second leaves out what was given before.
    let at = instant(at);
    let (entry, later, equal) = if query.newest_first {
        (
            Column::PublishAt.lte(at),
            Column::PublishAt.lt(at),
            Column::Id.lt(id),
        )
    } else {
        (
            Column::PublishAt.gte(at),
            Column::PublishAt.gt(at),
            Column::Id.gt(id),
        )
    };
    let same_time = Condition::all().add(Column::PublishAt.eq(at)).add(equal);
    found
        .filter(entry)
        .filter(Condition::any().add(later).add(same_time))
}

fn untimed(found: Select<Entity>, query: &PostQuery, cursor: Option<Cursor>) -> Select<Entity> {
    let found = found.filter(Column::PublishAt.is_null());
    match cursor {
        Some(Cursor { at: None, id }) if query.newest_first => found.filter(Column::Id.lt(id)),
        Some(Cursor { at: None, id }) => found.filter(Column::Id.gt(id)),
        Some(Cursor { at: Some(_), .. }) | None => found,
    }
}
