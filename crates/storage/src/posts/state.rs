//! The summary state of posts, kept beside them so that lists can be cut in the database.

use chrono::{DateTime, Utc};
use postern_domain::id::PostId;
use postern_domain::ports::StorageError;
use postern_domain::post::PostState;
use postern_domain::publication::State;
use postern_domain::review::Stage;
use postern_entities::{post, publication};
use sea_orm::{
    ConnectionTrait, DbBackend, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, Statement,
};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::error::failure;
use crate::lists::among;
use crate::records;
use crate::rows::review::stage;
use crate::rows::{Reader, RowId, uuids};
use crate::unit::Work;

/// Sums posts up anew after something about them or their publications changed.
///
/// The posts are locked first: of two units that change publications of one post, the second sees what the first
/// stored, and no sum is made of half the truth.
pub(crate) async fn refresh(work: &Work, posts: &[PostId]) -> Result<(), StorageError> {
    if posts.is_empty() {
        return Ok(());
    }
    // SQLite has one writer at a time.
    if work.db().get_database_backend() == DbBackend::Postgres {
        lock(work, posts).await?;
    }
    sum_up(work, posts).await.map(drop)
}

/// The same for posts that are locked already; answers the states as they are now, in no order.
pub(crate) async fn sum_up(work: &Work, posts: &[PostId]) -> Result<Vec<(PostId, PostState)>, StorageError> {
    let mut ids = uuids(posts);
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let (mut sums, mut changes) = (Vec::with_capacity(ids.len()), Vec::new());
    for (head, states) in read(work, &ids).await? {
        let sum = PostState::sum_up(head.trashed_at.is_some(), head.stage, &states);
        let word = word_of(sum);
        if head.state != word {
            changes.push(json!({ "id": head.id.simple().to_string(), "state": word }));
        }
        sums.push((PostId::of(head.id), sum));
    }
    change(work, changes).await?;
    Ok(sums)
}

/// The word that is stored for a state.
///
/// A post that is being published is stored as one that is still to come: that it is under way is what its publications
/// tell, and each post would be written twice more for the seconds that it lasts.
pub(super) fn word_of(state: PostState) -> &'static str {
    match state {
        PostState::Publishing => PostState::Scheduled.as_str(),
        PostState::Draft
        | PostState::NeedsApproval
        | PostState::Scheduled
        | PostState::Published
        | PostState::PartlyPublished
        | PostState::Failed
        | PostState::Trashed => state.as_str(),
    }
}

/// Stores states that are others now.
async fn change(work: &Work, changes: Vec<Json>) -> Result<(), StorageError> {
    if changes.is_empty() {
        return Ok(());
    }
    let backend = work.db().get_database_backend();
    let source = records::source(backend, &[("id", "uuid"), ("state", "text")], "u", 1);
    let text = format!("UPDATE post SET state = u.state FROM {source} WHERE post.id = u.id");
    let changes = Json::Array(changes).to_string();
    let statement = Statement::from_sql_and_values(backend, text, [changes.into()]);
    work.run(vec![statement]).await
}

/// What of a post counts for its sum, beside its publications.
struct Head {
    id: Uuid,
    stage: Stage,
    trashed_at: Option<DateTime<Utc>>,
    state: String,
}

async fn lock(work: &Work, posts: &[PostId]) -> Result<(), StorageError> {
    let rows = post::Entity::find()
        .select_only()
        .column(post::Column::Id)
        .filter(among(work, post::Column::Id, uuids(posts)))
        .order_by_asc(post::Column::Id);
    let locked: Vec<Uuid> = work
        .locked(rows)
        .into_tuple()
        .all(work.db())
        .await
        .map_err(failure)?;
    drop(locked);
    Ok(())
}

/// Posts with the states of their publications.
async fn read(work: &Work, posts: &[Uuid]) -> Result<Vec<(Head, Vec<State>)>, StorageError> {
    type Row = (
        Uuid,
        bool,
        Option<Json>,
        Option<DateTime<Utc>>,
        String,
        Option<String>,
    );
    let rows: Vec<Row> = post::Entity::find()
        .select_only()
        .columns([
            post::Column::Id,
            post::Column::Draft,
            post::Column::Review,
            post::Column::TrashedAt,
            post::Column::State,
        ])
        .column_as(publication::Column::State, "of_publication")
        .join_rev(
            JoinType::LeftJoin,
            publication::Entity::belongs_to(post::Entity)
                .from(publication::Column::PostId)
                .to(post::Column::Id)
                .into(),
        )
        .filter(among(work, post::Column::Id, posts.iter().copied()))
        .order_by_asc(post::Column::Id)
        .into_tuple()
        .all(work.db())
        .await
        .map_err(failure)?;
    let mut found: Vec<(Head, Vec<State>)> = Vec::with_capacity(posts.len());
    for (id, draft, review, trashed_at, state, of_publication) in rows {
        if found.last().is_none_or(|(head, _)| head.id != id) {
            let head = Head {
                id,
                stage: stage(draft, review.as_ref()),
                trashed_at,
                state,
            };
            found.push((head, Vec::new()));
        }
        if let (Some(word), Some((_, states))) = (of_publication, found.last_mut()) {
            states.push(Reader::new("post", &id).word("state", &word, State::parse)?);
        }
    }
    Ok(found)
}
