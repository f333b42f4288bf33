//! What is out, as rows. A release is never taken back or changed: those that are there stay.

use postern_domain::publication::Publication;
use serde_json::{Value as Json, json};

use crate::rows::moment;
use crate::rows::publication::release_to_row;

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
