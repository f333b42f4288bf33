//! What is out, as rows. A release is never taken back, and what is known of it never changes.

use postern_domain::id::PublicationId;
use postern_domain::ports::StorageError;
use postern_domain::publication::{Publication, Release};
use postern_entities::release::{Column, Entity};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value as Json, json};

use crate::error::failure;
use crate::rows::publication::release_to_row;
use crate::rows::{RowId, moment};
use crate::unit::Work;

/// The columns, each with its type on PostgreSQL.
pub(super) const COLUMNS: [(&str, &str); 6] = [
    ("publication_id", "uuid"),
    ("entry", "integer"),
    ("remote_id", "text"),
    ("url", "text"),
    ("carry", "text"),
    ("released_at", "timestamptz"),
];

/// The releases of publications.
pub(super) fn rows<'a>(publications: impl IntoIterator<Item = &'a Publication>) -> Vec<Json> {
    let mut rows = Vec::new();
    for publication in publications {
        for release in &publication.releases {
            let row = release_to_row(publication.id, release);
            rows.push(json!({
                "publication_id": row.publication_id.simple().to_string(),
                "entry": row.entry,
                "remote_id": row.remote_id,
                "url": row.url,
                "carry": row.carry,
                "released_at": moment(row.released_at),
            }));
        }
    }
    rows
}

/// Gives a release without a known id of the platform its id; answers whether there was one.
pub(super) async fn name(
    work: &Work,
    publication: PublicationId,
    release: &Release,
) -> Result<bool, StorageError> {
    let row = release_to_row(publication, release);
    let changed = Entity::update_many()
        .col_expr(Column::RemoteId, Expr::value(row.remote_id))
        .filter(Column::PublicationId.eq(publication.to_uuid()))
        .filter(Column::Entry.eq(row.entry))
        .filter(Column::RemoteId.is_in(["", Release::UNKNOWN]))
        .exec(work.db())
        .await
        .map_err(failure)?;
    Ok(changed.rows_affected == 1)
}
