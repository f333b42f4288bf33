//! Storing publications.

use std::collections::HashSet;

use postern_domain::id::{PostId, PublicationId};
use postern_domain::ports::{Saved, StorageError};
use postern_domain::post::PostState;
use postern_domain::publication::Publication;
use postern_entities::publication::{Column, Entity, Model};
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QuerySelect, Statement};
use uuid::Uuid;

use super::bulk;
use super::release;
use crate::batches::insertions;
use crate::error::failure;
use crate::lists::among;
use crate::posts::state;
use crate::records;
use crate::rows::publication::to_row;
use crate::rows::{RowId, uuids};
use crate::unit::Work;

/// The statements that store new publications.
pub(crate) fn insertion(backend: DbBackend, publications: &[Publication]) -> Vec<Statement> {
    let rows: Vec<Model> = publications.iter().map(to_row).collect();
    let mut statements = insertions::<Entity>(backend, &rows);
    let releases = release::rows(publications);
    statements.extend(records::insertion(
        backend,
        "release",
        &release::COLUMNS,
        releases,
    ));
    statements
}

/// Stores new publications of posts that are there, and sums these up.
pub(super) async fn add(work: &Work, publications: &[Publication]) -> Result<(), StorageError> {
    work.run(insertion(work.db().get_database_backend(), publications))
        .await?;
    state::refresh(work, &posts_of(publications)).await
}

/// Stores changed publications that were locked, and sums their posts up.
pub(super) async fn save(
    work: &Work,
    publications: &[Publication],
) -> Result<Vec<(PostId, PostState)>, StorageError> {
    bulk::update_whole(work, publications).await?;
    state::sum_up(work, &posts_of(publications)).await
}

/// Stores the leases of publications that were locked. Their posts are still to come, as they were.
pub(super) async fn save_leases(work: &Work, publications: &[Publication]) -> Result<(), StorageError> {
    bulk::update_leased(work, publications).await
}

/// Stores what a report changed of those that nobody stored since they were read, and sums their posts up.
pub(super) async fn save_unchanged(work: &Work, publications: &[Publication]) -> Result<Saved, StorageError> {
    let stored: HashSet<PublicationId> = bulk::update_reported(work, publications)
        .await?
        .into_iter()
        .collect();
    let mine = publications.iter().filter(|it| stored.contains(&it.id));
    let sums = state::sum_up(work, &posts_of(mine)).await?;
    Ok(Saved { stored, sums })
}

/// Deletes publications with all that hangs on them, and sums their posts up.
pub(super) async fn delete(work: &Work, ids: &[PublicationId]) -> Result<(), StorageError> {
    if ids.is_empty() {
        return Ok(());
    }
    let posts: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::PostId)
        .filter(among(work, Column::Id, uuids(ids)))
        .into_tuple()
        .all(work.db())
        .await
        .map_err(failure)?;
    Entity::delete_many()
        .filter(among(work, Column::Id, uuids(ids)))
        .exec(work.db())
        .await
        .map_err(failure)?;
    let posts: Vec<PostId> = posts.into_iter().map(PostId::of).collect();
    state::refresh(work, &posts).await
}

fn posts_of<'a>(publications: impl IntoIterator<Item = &'a Publication>) -> Vec<PostId> {
    publications
        .into_iter()
        .map(|publication| publication.post)
        .collect()
}
