//! Many changed publications as one statement: the rows travel as one JSON parameter, so that the statement stays
//! prepared whatever their number.

use postern_domain::id::PublicationId;
use postern_domain::ports::StorageError;
use postern_domain::publication::Publication;
use postern_entities::publication::Model;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::release;
use crate::error::failure;
use crate::records::{self, Columns};
use crate::rows::publication::to_row;
use crate::rows::{RowId, moment};
use crate::unit::{Executor, Work};

/// Which rows a statement may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Guard {
    /// All that are named: they were locked when they were read.
    Locked,
    /// Those that nobody stored since they were read.
    Revision,
}

/// What tells a row and its form from others.
const KNOWN: [(&str, &str); 2] = [("id", "uuid"), ("revision", "bigint")];

/// Columns that change between a claim and its report, each with its type on PostgreSQL. Of these only `state` and
/// `lease_until` stand in an index, and they mostly keep their values meanwhile.
const IN_HAND: [(&str, &str); 8] = [
    ("state", "text"),
    ("holder", "text"),
    ("lease_until", "timestamptz"),
    ("step", "text"),
    ("armed_at", "timestamptz"),
    ("armed_key", "text"),
    ("detections", "integer"),
    ("updated_at", "timestamptz"),
];

/// The other columns that change. What is left is fixed when a publication is made.
const BESIDE: [(&str, &str); 14] = [
    ("channel_id", "uuid"),
    ("provider", "text"),
    ("lane", "text"),
    ("publish_at", "timestamptz"),
    ("due_at", "timestamptz"),
    ("fence", "bigint"),
    ("entry", "integer"),
    ("entries", "integer"),
    ("run", "integer"),
    ("tries", "integer"),
    ("attempts", "integer"),
    ("failure", "jsonb"),
    ("settings", "jsonb"),
    ("published_at", "timestamptz"),
];

/// Stores what changed while they were in a worker's hand, where nobody stored them since they were read: one
/// statement. Answers the ids of the rows that were changed, in no order.
pub(super) async fn update_in_hand(
    db: &Executor,
    publications: &[Publication],
) -> Result<Vec<PublicationId>, StorageError> {
    if publications.is_empty() {
        return Ok(Vec::new());
    }
    let backend = db.get_database_backend();
    let text = update(backend, &IN_HAND, Guard::Revision, "id");
    let rows = Json::Array(sorted(publications).iter().map(in_hand).collect()).to_string();
    answer(db, Statement::from_sql_and_values(backend, text, [rows.into()])).await
}

/// Stores them with all that changed, releases included, and locks their posts; answers the ids of the rows that were
/// changed, in no order.
///
/// PostgreSQL does it in one statement. SQLite, which has one writer at a time, locks nothing.
pub(super) async fn update_whole(
    work: &Work,
    publications: &[Publication],
    guard: Guard,
) -> Result<Vec<PublicationId>, StorageError> {
    if publications.is_empty() {
        return Ok(Vec::new());
    }
    let backend = work.db().get_database_backend();
    let rows = Json::Array(sorted(publications).iter().map(whole).collect()).to_string();
    let columns = [&IN_HAND[..], &BESIDE[..]].concat();
    if backend == DbBackend::Postgres {
        let text = with_releases(backend, &columns, guard);
        let releases = Json::Array(release::rows(publications)).to_string();
        let statement = Statement::from_sql_and_values(backend, text, [rows.into(), releases.into()]);
        return answer(work.db(), statement).await;
    }
    let text = update(backend, &columns, guard, "id");
    let stored = answer(
        work.db(),
        Statement::from_sql_and_values(backend, text, [rows.into()]),
    )
    .await?;
    let mine = publications.iter().filter(|it| stored.contains(&it.id));
    records::insert(work, "release", &release::COLUMNS, release::rows(mine)).await?;
    Ok(stored)
}

async fn answer(db: &Executor, statement: Statement) -> Result<Vec<PublicationId>, StorageError> {
    let changed = db.query_all_raw(statement).await.map_err(failure)?;
    changed
        .iter()
        .map(|row| {
            let id: Uuid = row.try_get_by_index(0).map_err(failure)?;
            Ok(PublicationId::of(id))
        })
        .collect()
}

/// All units lock rows in the order of their ids.
fn sorted(publications: &[Publication]) -> Vec<Model> {
    let mut rows: Vec<Model> = publications.iter().map(to_row).collect();
    rows.sort_unstable_by_key(|row| row.id);
    rows
}

/// The update of rows in the first parameter, which answers the columns `told`.
fn update(backend: DbBackend, columns: &Columns, guard: Guard, told: &str) -> String {
    let changes: Vec<String> = columns
        .iter()
        .map(|(name, _)| format!("{name} = u.{name}"))
        .collect();
    let source = records::source(backend, &[&KNOWN[..], columns].concat(), "u", 1);
    let guard = match guard {
        Guard::Locked => "",
        Guard::Revision => " AND publication.revision = u.revision",
    };
    format!(
        "UPDATE publication SET {}, revision = publication.revision + 1 FROM {source} \
         WHERE publication.id = u.id{guard} RETURNING publication.{told}",
        changes.join(", ")
    )
}

/// The same with the releases in the second parameter, of those that were updated, and a lock on the posts.
///
/// The posts are locked here and read by a later statement: what that sees was committed before it began, so that of
/// two units that change publications of one post the second sees what the first stored.
fn with_releases(backend: DbBackend, columns: &Columns, guard: Guard) -> String {
    let update = update(backend, columns, guard, "id, publication.post_id");
    let names = records::names(&release::COLUMNS);
    let releases = records::source(backend, &release::COLUMNS, "r", 2);
    format!(
        "WITH stored AS ({update}), \
         out AS (INSERT INTO release ({names}) SELECT r.* FROM {releases} \
             WHERE r.publication_id IN (SELECT id FROM stored) ON CONFLICT DO NOTHING), \
         locked AS (SELECT post.id FROM post WHERE post.id IN (SELECT post_id FROM stored) \
             ORDER BY post.id FOR NO KEY UPDATE) \
         SELECT stored.id FROM stored, (SELECT count(*) FROM locked) AS all_posts"
    )
}

/// One row, with instants as both databases read them from text.
fn in_hand(row: &Model) -> Json {
    json!({
        "id": row.id.simple().to_string(),
        "revision": row.revision,
        "state": row.state,
        "holder": row.holder,
        "lease_until": row.lease_until.map(moment),
        "step": row.step,
        "armed_at": row.armed_at.map(moment),
        "armed_key": row.armed_key,
        "detections": row.detections,
        "updated_at": moment(row.updated_at),
    })
}

/// The same with all that changes.
fn whole(row: &Model) -> Json {
    let mut all = in_hand(row);
    if let (Some(all), Json::Object(beside)) = (all.as_object_mut(), beside(row)) {
        all.extend(beside);
    }
    all
}

fn beside(row: &Model) -> Json {
    json!({
        "channel_id": row.channel_id.simple().to_string(),
        "provider": row.provider,
        "lane": row.lane,
        "publish_at": row.publish_at.map(moment),
        "due_at": row.due_at.map(moment),
        "fence": row.fence,
        "entry": row.entry,
        "entries": row.entries,
        "run": row.run,
        "tries": row.tries,
        "attempts": row.attempts,
        "failure": row.failure,
        "settings": row.settings,
        "published_at": row.published_at.map(moment),
    })
}
