//! The summary state of posts, kept beside them so that lists can be cut in the database.

use std::collections::HashMap;

use postern_domain::id::PostId;
use postern_domain::ports::StorageError;
use postern_domain::post::PostState;
use postern_domain::publication::State;
use postern_entities::{post, publication};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::batches::LIST;
use crate::error::failure;
use crate::rows::{Reader, RowId, uuids};
use crate::unit::Work;

/// Sums posts up anew after something about them or their publications changed.
///
/// The posts are locked first: of two units that change publications of one post, the second sees what the first
/// stored, and no sum is made of half the truth.
pub(crate) async fn refresh(work: &Work, posts: &[PostId]) -> Result<(), StorageError> {
    let mut ids = uuids(posts);
    ids.sort_unstable();
    ids.dedup();
    for some in ids.chunks(LIST) {
        let rows = lock(work, some).await?;
        let states = states_of(work, some).await?;
        let mut changes: HashMap<PostState, Vec<Uuid>> = HashMap::new();
        for row in rows {
            let own = states.get(&row.id).map(Vec::as_slice).unwrap_or_default();
            let sum = PostState::sum_up(row.trashed_at.is_some(), row.draft, own);
            if row.state != sum.as_str() {
                changes.entry(sum).or_default().push(row.id);
            }
        }
        for (state, ids) in changes {
            post::Entity::update_many()
                .col_expr(post::Column::State, Expr::value(state.as_str()))
                .filter(post::Column::Id.is_in(ids))
                .exec(work.db())
                .await
                .map_err(failure)?;
        }
    }
    Ok(())
}

/// The sums as they are stored, in no order.
pub(super) async fn stored(work: &Work, posts: &[PostId]) -> Result<Vec<(PostId, PostState)>, StorageError> {
    let mut found = Vec::with_capacity(posts.len());
    for some in posts.chunks(LIST) {
        let rows: Vec<(Uuid, String)> = post::Entity::find()
            .select_only()
            .columns([post::Column::Id, post::Column::State])
            .filter(post::Column::Id.is_in(uuids(some)))
            .into_tuple()
            .all(work.db())
            .await
            .map_err(failure)?;
        for (id, state) in rows {
            let state = Reader::new("post", &id).word("state", &state, PostState::parse)?;
            found.push((PostId::of(id), state));
        }
    }
    Ok(found)
}

async fn lock(work: &Work, ids: &[Uuid]) -> Result<Vec<post::Model>, StorageError> {
    let rows = post::Entity::find()
        .filter(post::Column::Id.is_in(ids.iter().copied()))
        .order_by_asc(post::Column::Id);
    work.locked(rows).all(work.db()).await.map_err(failure)
}

async fn states_of(work: &Work, posts: &[Uuid]) -> Result<HashMap<Uuid, Vec<State>>, StorageError> {
    let rows: Vec<(Uuid, Uuid, String)> = publication::Entity::find()
        .select_only()
        .columns([
            publication::Column::PostId,
            publication::Column::Id,
            publication::Column::State,
        ])
        .filter(publication::Column::PostId.is_in(posts.iter().copied()))
        .into_tuple()
        .all(work.db())
        .await
        .map_err(failure)?;
    let mut states: HashMap<Uuid, Vec<State>> = HashMap::new();
    for (post, id, state) in rows {
        let reader = Reader::new("publication", &id);
        states
            .entry(post)
            .or_default()
            .push(reader.word("state", &state, State::parse)?);
    }
    Ok(states)
}
