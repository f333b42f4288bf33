//! Many changed publications as one statement: the rows travel as one JSON parameter, so that the statement stays
//! prepared whatever their number.

use postern_domain::id::PublicationId;
use postern_domain::ports::StorageError;
use postern_domain::publication::Publication;
use postern_entities::publication::Model;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::error::failure;
use crate::records::source;
use crate::rows::publication::to_row;
use crate::rows::{RowId, moment};
use crate::unit::Work;

/// Which rows a statement may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Guard {
    /// All that are named: they were locked when they were read.
    Locked,
    /// Those that nobody stored since they were read.
    Revision,
}

/// Columns that change, each with its type on PostgreSQL. The others are fixed when a publication is made.
const COLUMNS: [(&str, &str); 22] = [
    ("channel_id", "uuid"),
    ("provider", "text"),
    ("lane", "text"),
    ("publish_at", "timestamptz"),
    ("state", "text"),
    ("due_at", "timestamptz"),
    ("fence", "bigint"),
    ("holder", "text"),
    ("lease_until", "timestamptz"),
    ("entry", "integer"),
    ("entries", "integer"),
    ("step", "text"),
    ("armed_at", "timestamptz"),
    ("armed_key", "text"),
    ("run", "integer"),
    ("tries", "integer"),
    ("attempts", "integer"),
    ("detections", "integer"),
    ("failure", "jsonb"),
    ("settings", "jsonb"),
    ("updated_at", "timestamptz"),
    ("published_at", "timestamptz"),
];

/// Stores them; answers the ids of the rows that were changed, in no order.
pub(super) async fn update(
    work: &Work,
    publications: &[Publication],
    guard: Guard,
) -> Result<Vec<PublicationId>, StorageError> {
    if publications.is_empty() {
        return Ok(Vec::new());
    }
    let mut rows: Vec<Model> = publications.iter().map(to_row).collect();
    // All units lock rows in the order of their ids.
    rows.sort_unstable_by_key(|row| row.id);
    let backend = work.db().get_database_backend();
    let list = Json::Array(rows.iter().map(row).collect()).to_string();
    let statement = Statement::from_sql_and_values(backend, text(backend, guard), [list.into()]);
    let changed = work.db().query_all_raw(statement).await.map_err(failure)?;
    changed
        .iter()
        .map(|row| {
            let id: Uuid = row.try_get_by_index(0).map_err(failure)?;
            Ok(PublicationId::of(id))
        })
        .collect()
}

fn text(backend: DbBackend, guard: Guard) -> String {
    let changes: Vec<String> = COLUMNS
        .iter()
        .map(|(name, _)| format!("{name} = u.{name}"))
        .collect();
    let known = [("id", "uuid"), ("revision", "bigint")];
    let source = source(backend, &[&known[..], &COLUMNS[..]].concat());
    let guard = match guard {
        Guard::Locked => "",
        Guard::Revision => " AND publication.revision = u.revision",
    };
    format!(
        "UPDATE publication SET {}, revision = publication.revision + 1 FROM {source} \
         WHERE publication.id = u.id{guard} RETURNING publication.id",
        changes.join(", ")
    )
}

/// One row, with instants as both databases read them from text.
fn row(row: &Model) -> Json {
    json!({
        "id": row.id.simple().to_string(),
        "revision": row.revision,
        "channel_id": row.channel_id.simple().to_string(),
        "provider": row.provider,
        "lane": row.lane,
        "publish_at": row.publish_at.map(moment),
        "state": row.state,
        "due_at": row.due_at.map(moment),
        "fence": row.fence,
        "holder": row.holder,
        "lease_until": row.lease_until.map(moment),
        "entry": row.entry,
        "entries": row.entries,
        "step": row.step,
        "armed_at": row.armed_at.map(moment),
        "armed_key": row.armed_key,
        "run": row.run,
        "tries": row.tries,
        "attempts": row.attempts,
        "detections": row.detections,
        "failure": row.failure,
        "settings": row.settings,
        "updated_at": moment(row.updated_at),
        "published_at": row.published_at.map(moment),
    })
}
