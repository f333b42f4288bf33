//! The summary state of posts, kept beside them so that lists can be cut in the database.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use postern_domain::id::PostId;
use postern_domain::ports::StorageError;
use postern_domain::post::PostState;
use postern_domain::publication::State;
use postern_entities::{post, publication};
use sea_orm::sea_query::Expr;
use sea_orm::{EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::error::failure;
use crate::lists::among;
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
    if ids.is_empty() {
        return Ok(());
    }
    let heads = lock(work, &ids).await?;
    let states = states_of(work, &ids).await?;
    let mut changes: HashMap<PostState, Vec<Uuid>> = HashMap::new();
    for head in heads {
        let own = states.get(&head.id).map(Vec::as_slice).unwrap_or_default();
        let sum = PostState::sum_up(head.trashed_at.is_some(), head.draft, own);
        if head.state != sum.as_str() {
            changes.entry(sum).or_default().push(head.id);
        }
    }
    for (state, ids) in changes {
        post::Entity::update_many()
            .col_expr(post::Column::State, Expr::value(state.as_str()))
            .filter(among(work, post::Column::Id, ids))
            .exec(work.db())
            .await
            .map_err(failure)?;
    }
    Ok(())
}

/// The sums as they are stored, in no order.
pub(super) async fn stored(work: &Work, posts: &[PostId]) -> Result<Vec<(PostId, PostState)>, StorageError> {
    let mut found = Vec::with_capacity(posts.len());
    let rows: Vec<(Uuid, String)> = post::Entity::find()
        .select_only()
        .columns([post::Column::Id, post::Column::State])
        .filter(among(work, post::Column::Id, uuids(posts)))
        .into_tuple()
        .all(work.db())
        .await
        .map_err(failure)?;
    for (id, state) in rows {
        let state = Reader::new("post", &id).word("state", &state, PostState::parse)?;
        found.push((PostId::of(id), state));
    }
    Ok(found)
}

/// What of a post counts for its sum, beside its publications.
#[derive(FromQueryResult)]
struct Head {
    id: Uuid,
    draft: bool,
    trashed_at: Option<DateTime<Utc>>,
    state: String,
}

async fn lock(work: &Work, ids: &[Uuid]) -> Result<Vec<Head>, StorageError> {
    let rows = post::Entity::find()
        .select_only()
        .columns([
            post::Column::Id,
            post::Column::Draft,
            post::Column::TrashedAt,
            post::Column::State,
        ])
        .filter(among(work, post::Column::Id, ids.iter().copied()))
        .order_by_asc(post::Column::Id);
    work.locked(rows)
        .into_model::<Head>()
        .all(work.db())
        .await
        .map_err(failure)
}

async fn states_of(work: &Work, posts: &[Uuid]) -> Result<HashMap<Uuid, Vec<State>>, StorageError> {
    let rows: Vec<(Uuid, Uuid, String)> = publication::Entity::find()
        .select_only()
        .columns([
            publication::Column::PostId,
            publication::Column::Id,
            publication::Column::State,
        ])
        .filter(among(work, publication::Column::PostId, posts.iter().copied()))
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
