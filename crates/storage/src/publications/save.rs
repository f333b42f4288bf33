//! Storing publications.

use postern_domain::id::{PostId, PublicationId};
use postern_domain::ports::StorageError;
use postern_domain::publication::Publication;
use postern_entities::publication::{Column, Entity, Model};
use postern_entities::release;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, Iterable, QueryFilter, QuerySelect};
use uuid::Uuid;

use crate::batches::{LIST, batches, insert_all, insertion};
use crate::error::failure;
use crate::posts::state;
use crate::rows::publication::{release_to_row, to_row};
use crate::rows::{RowId, uuids};
use crate::unit::Work;

/// Stores new publications and sums their posts up.
pub(super) async fn insert(work: &Work, publications: &[Publication]) -> Result<(), StorageError> {
    let rows: Vec<Model> = publications.iter().map(to_row).collect();
    insert_all::<Entity>(work, &rows).await?;
    insert_releases(work, publications).await?;
    state::refresh(work, &posts_of(publications)).await
}

/// Stores changed publications and sums their posts up.
///
/// Many rows become one statement on both databases by inserting them anew and replacing what is there.
pub(super) async fn save(work: &Work, publications: &[Publication]) -> Result<(), StorageError> {
    let replace = OnConflict::column(Column::Id)
        .update_columns(Column::iter().filter(|column| !is_fixed(*column)))
        .to_owned();
    let rows: Vec<Model> = publications.iter().map(to_row).collect();
    for batch in batches(&rows) {
        insertion::<Entity>(batch)
            .on_conflict(replace.clone())
            .exec_without_returning(work.db())
            .await
            .map_err(failure)?;
    }
    insert_releases(work, publications).await?;
    state::refresh(work, &posts_of(publications)).await
}

/// Deletes publications with all that hangs on them, and sums their posts up.
pub(super) async fn delete(work: &Work, ids: &[PublicationId]) -> Result<(), StorageError> {
    for some in ids.chunks(LIST) {
        let posts: Vec<Uuid> = Entity::find()
            .select_only()
            .column(Column::PostId)
            .filter(Column::Id.is_in(uuids(some)))
            .into_tuple()
            .all(work.db())
            .await
            .map_err(failure)?;
        Entity::delete_many()
            .filter(Column::Id.is_in(uuids(some)))
            .exec(work.db())
            .await
            .map_err(failure)?;
        let posts: Vec<PostId> = posts.into_iter().map(PostId::of).collect();
        state::refresh(work, &posts).await?;
    }
    Ok(())
}

/// A release is never taken back or changed: those that are there stay.
async fn insert_releases(work: &Work, publications: &[Publication]) -> Result<(), StorageError> {
    let rows: Vec<release::Model> = publications
        .iter()
        .flat_map(|publication| {
            let own = publication.releases.iter();
            own.map(|release| release_to_row(publication.id, release))
        })
        .collect();
    for batch in batches(&rows) {
        insertion::<release::Entity>(batch)
            .on_conflict_do_nothing_on([release::Column::PublicationId, release::Column::Entry])
            .exec_without_returning(work.db())
            .await
            .map_err(failure)?;
    }
    Ok(())
}

fn posts_of(publications: &[Publication]) -> Vec<PostId> {
    publications.iter().map(|publication| publication.post).collect()
}

/// Whether a column never changes once a publication is made.
fn is_fixed(column: Column) -> bool {
    matches!(
        column,
        Column::Id | Column::WorkspaceId | Column::PostId | Column::CreatedAt
    )
}
