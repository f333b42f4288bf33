//! Finding publications.

use std::collections::HashMap;

use postern_domain::id::{ChannelId, PostId, PublicationId, WorkspaceId};
use postern_domain::ports::StorageError;
use postern_domain::publication::{Publication, Release, State};
use postern_domain::time::Timestamp;
use postern_entities::publication::{Column, Entity, Model};
use postern_entities::release;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

use crate::error::failure;
use crate::lists::among;
use crate::rows::publication::{from_row, release_from_row, word_of};
use crate::rows::{RowId, instant, timestamp, uuids};
use crate::unit::Work;

pub(super) async fn one(
    work: &Work,
    workspace: WorkspaceId,
    id: PublicationId,
) -> Result<Option<Publication>, StorageError> {
    let found = Entity::find_by_id(id.to_uuid()).filter(Column::WorkspaceId.eq(workspace.to_uuid()));
    Ok(locked(work, found).await?.pop())
}

pub(super) async fn by_id(work: &Work, ids: &[PublicationId]) -> Result<Vec<Publication>, StorageError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = Entity::find().filter(among(work, Column::Id, uuids(ids)));
    locked(work, rows).await
}

pub(super) async fn of_posts(
    work: &Work,
    workspace: WorkspaceId,
    posts: &[PostId],
) -> Result<Vec<Publication>, StorageError> {
    let rows = Entity::find()
        .filter(among(work, Column::PostId, uuids(posts)))
        .filter(Column::WorkspaceId.eq(workspace.to_uuid()));
    let mut found = locked(work, rows).await?;
    found.sort_by_key(|publication| (publication.created_at, publication.id));
    Ok(found)
}

pub(super) async fn on_channel(
    work: &Work,
    channel: ChannelId,
    states: &[State],
) -> Result<Vec<Publication>, StorageError> {
    let rows = Entity::find()
        .filter(Column::ChannelId.eq(channel.to_uuid()))
        .filter(Column::State.is_in(names(states.iter().copied())));
    let mut found = locked(work, rows).await?;
    // What is in hand has one word for several states.
    found.retain(|publication| states.contains(&publication.state));
    Ok(found)
}

/// States in which a publication wants somebody; an index is kept over them.
const TROUBLE: [State; 3] = [State::Failed, State::Missed, State::Unconfirmed];

pub(super) async fn in_states(
    work: &Work,
    workspace: WorkspaceId,
    states: &[State],
    limit: u32,
) -> Result<Vec<Publication>, StorageError> {
    let rows = newest_in_states(workspace, states, limit).all(work.db()).await;
    let mut found = whole(work, rows.map_err(failure)?).await?;
    found.retain(|publication| states.contains(&publication.state));
    Ok(found)
}

pub(super) async fn count_in_states(
    work: &Work,
    workspace: WorkspaceId,
    states: &[State],
) -> Result<u64, StorageError> {
    all_in_states(workspace, states)
        .count(work.db())
        .await
        .map_err(failure)
}

/// Those that changed last come first.
pub(super) fn newest_in_states(workspace: WorkspaceId, states: &[State], limit: u32) -> Select<Entity> {
    all_in_states(workspace, states)
        .order_by_desc(Column::UpdatedAt)
        .order_by_desc(Column::Id)
        .limit(u64::from(limit))
}

fn all_in_states(workspace: WorkspaceId, states: &[State]) -> Select<Entity> {
    let mut all = Entity::find().filter(Column::WorkspaceId.eq(workspace.to_uuid()));
    if states.iter().all(|state| TROUBLE.contains(state)) {
        // In the words of the index, which databases compare with the text of a query.
        all = all.filter(Expr::cust("state IN ('failed', 'missed', 'unconfirmed')"));
    }
    all.filter(Column::State.is_in(names(states.iter().copied())))
}

pub(super) async fn between(
    work: &Work,
    workspace: WorkspaceId,
    from: Timestamp,
    until: Timestamp,
) -> Result<Vec<Publication>, StorageError> {
    let rows = Entity::find()
        .filter(Column::WorkspaceId.eq(workspace.to_uuid()))
        .filter(Column::PublishAt.gte(instant(from)))
        .filter(Column::PublishAt.lt(instant(until)))
        .order_by_asc(Column::PublishAt)
        .order_by_asc(Column::Id);
    let rows = rows.all(work.db()).await.map_err(failure)?;
    whole(work, rows).await
}

/// All states but "cancelled" are named, so that the index over channel, state and time serves.
pub(super) async fn planned_times(
    work: &Work,
    channel: ChannelId,
    from: Timestamp,
    until: Timestamp,
) -> Result<Vec<Timestamp>, StorageError> {
    let planned = State::ALL.into_iter().filter(|state| *state != State::Cancelled);
    let times: Vec<chrono::DateTime<chrono::Utc>> = Entity::find()
        .select_only()
        .column(Column::PublishAt)
        .filter(Column::ChannelId.eq(channel.to_uuid()))
        .filter(Column::State.is_in(names(planned)))
        .filter(Column::PublishAt.gte(instant(from)))
        .filter(Column::PublishAt.lt(instant(until)))
        .order_by_asc(Column::PublishAt)
        .into_tuple()
        .all(work.db())
        .await
        .map_err(failure)?;
    Ok(times.into_iter().map(timestamp).collect())
}

/// Finds and locks, in the order of ids, which all units keep to.
async fn locked(work: &Work, found: Select<Entity>) -> Result<Vec<Publication>, StorageError> {
    let rows = work.locked(found.order_by_asc(Column::Id)).all(work.db()).await;
    whole(work, rows.map_err(failure)?).await
}

/// Publications with their releases, in the order of their rows.
pub(crate) async fn whole(work: &Work, rows: Vec<Model>) -> Result<Vec<Publication>, StorageError> {
    let mut releases = releases_of(work, &rows).await?;
    rows.into_iter()
        .map(|row| {
            let own = releases.remove(&row.id).unwrap_or_default();
            from_row(row, own)
        })
        .collect()
}

/// What is out already, by publication. Those that are before their first entry have nothing to look for.
async fn releases_of(work: &Work, rows: &[Model]) -> Result<HashMap<Uuid, Vec<Release>>, StorageError> {
    let begun = rows.iter().filter(|row| row.entry > 0);
    let ids: Vec<Uuid> = begun.map(|row| row.id).collect();
    let mut releases: HashMap<Uuid, Vec<Release>> = HashMap::new();
    if ids.is_empty() {
        return Ok(releases);
    }
    let found = release::Entity::find()
        .filter(among(work, release::Column::PublicationId, ids))
        .order_by_asc(release::Column::PublicationId)
        .order_by_asc(release::Column::Entry)
        .all(work.db())
        .await;
    for row in found.map_err(failure)? {
        let own = releases.entry(row.publication_id).or_default();
        own.push(release_from_row(row)?);
    }
    Ok(releases)
}

/// The words of states in their column, each once.
pub(crate) fn names(states: impl IntoIterator<Item = State>) -> Vec<&'static str> {
    let mut words: Vec<&'static str> = states.into_iter().map(word_of).collect();
    words.sort_unstable();
    words.dedup();
    words
}
