//! Storing publications.

use std::collections::HashSet;

use postern_domain::id::{PostId, PublicationId};
use postern_domain::ports::{StorageError, Sums};
use postern_domain::publication::Publication;
use postern_entities::publication::{Column, Entity, Model};
use postern_entities::release;
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QuerySelect, Statement};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::bulk::{self, Guard};
use crate::batches::insertions;
use crate::error::failure;
use crate::lists::among;
use crate::posts::state;
use crate::records;
use crate::rows::publication::{release_to_row, to_row};
use crate::rows::{RowId, moment, uuids};
use crate::unit::Work;

/// The statements that store new publications.
pub(crate) fn insertion(backend: DbBackend, publications: &[Publication]) -> Vec<Statement> {
    let rows: Vec<Model> = publications.iter().map(to_row).collect();
    let mut statements = insertions::<Entity>(backend, &rows);
    statements.extend(releases(backend, publications));
    statements
}

/// Stores new publications of posts that are there, and sums these up.
pub(super) async fn add(work: &Work, publications: &[Publication]) -> Result<(), StorageError> {
    work.run(insertion(work.db().get_database_backend(), publications))
        .await?;
    state::refresh(work, &posts_of(publications)).await
}

/// Stores changed publications that were locked, and sums their posts up.
pub(super) async fn save(work: &Work, publications: &[Publication]) -> Result<(), StorageError> {
    bulk::update(work, publications, Guard::Locked).await?;
    insert_releases(work, publications).await?;
    state::refresh(work, &posts_of(publications)).await
}

/// Stores those that nobody stored since they were read; answers which.
pub(super) async fn save_unchanged(
    work: &Work,
    publications: &[Publication],
    sums: Sums,
) -> Result<HashSet<PublicationId>, StorageError> {
    let stored = bulk::update(work, publications, Guard::Revision).await?;
    let stored: HashSet<PublicationId> = stored.into_iter().collect();
    let mine: Vec<Publication> = publications
        .iter()
        .filter(|publication| stored.contains(&publication.id))
        .cloned()
        .collect();
    insert_releases(work, &mine).await?;
    match sums {
        Sums::Change => state::refresh(work, &posts_of(&mine)).await?,
        Sums::Stay => {}
    }
    Ok(stored)
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

const RELEASE: [(&str, &str); 6] = [
    ("publication_id", "uuid"),
    ("entry", "integer"),
    ("remote_id", "text"),
    ("url", "text"),
    ("carry", "text"),
    ("released_at", "timestamptz"),
];

async fn insert_releases(work: &Work, publications: &[Publication]) -> Result<(), StorageError> {
    let releases = releases(work.db().get_database_backend(), publications);
    work.run(releases.into_iter().collect()).await
}

/// A release is never taken back or changed: those that are there stay.
fn releases(backend: DbBackend, publications: &[Publication]) -> Option<Statement> {
    let rows = publications.iter().flat_map(|publication| {
        let own = publication.releases.iter();
        own.map(|release| release_to_json(&release_to_row(publication.id, release)))
    });
    records::insertion(backend, "release", &RELEASE, rows.collect())
}

fn release_to_json(row: &release::Model) -> Json {
    json!({
        "publication_id": row.publication_id.simple().to_string(),
        "entry": row.entry,
        "remote_id": row.remote_id,
        "url": row.url,
        "carry": row.carry,
        "released_at": moment(row.released_at),
    })
}

fn posts_of(publications: &[Publication]) -> Vec<PostId> {
    publications.iter().map(|publication| publication.post).collect()
}
