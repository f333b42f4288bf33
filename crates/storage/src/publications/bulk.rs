//! Many changed publications as one statement: the rows travel as one JSON parameter, so that the statement stays
//! prepared whatever their number.

use postern_domain::id::PublicationId;
use postern_domain::ports::StorageError;
use postern_domain::publication::Publication;
use postern_entities::publication::Model;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::Value as Json;
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

/// Columns that change beside these with a report.
const REPORTED: [(&str, &str); 6] = [
    ("due_at", "timestamptz"),
    ("entry", "integer"),
    ("tries", "integer"),
    ("attempts", "integer"),
    ("failure", "jsonb"),
    ("published_at", "timestamptz"),
];

/// Columns that change when a lease is given.
const LEASED: [(&str, &str); 6] = [
    ("state", "text"),
    ("due_at", "timestamptz"),
    ("fence", "bigint"),
    ("holder", "text"),
    ("lease_until", "timestamptz"),
    ("updated_at", "timestamptz"),
];

/// All columns that change beside those in hand. What is left is fixed when a publication is made.
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
    let rows = rows(publications, &IN_HAND);
    answer(db, Statement::from_sql_and_values(backend, text, [rows.into()])).await
}

/// Stores the leases that were given to locked publications, and nothing else about them.
pub(super) async fn update_leased(work: &Work, publications: &[Publication]) -> Result<(), StorageError> {
    if publications.is_empty() {
        return Ok(());
    }
    let backend = work.db().get_database_backend();
    let text = update(backend, &LEASED, Guard::Locked, "id");
    let rows = rows(publications, &LEASED);
    let statement = Statement::from_sql_and_values(backend, text, [rows.into()]);
    answer(work.db(), statement).await.map(drop)
}

/// Stores them with all that changed, releases included, and locks their posts.
pub(super) async fn update_whole(work: &Work, publications: &[Publication]) -> Result<(), StorageError> {
    let columns = [&IN_HAND[..], &BESIDE[..]].concat();
    update_and_release(work, publications, &columns, Guard::Locked)
        .await
        .map(drop)
}

/// The same with what a report changes, where nobody stored them since they were read; answers the ids of the rows that
/// were changed, in no order.
pub(super) async fn update_reported(
    work: &Work,
    publications: &[Publication],
) -> Result<Vec<PublicationId>, StorageError> {
    let columns = [&IN_HAND[..], &REPORTED[..]].concat();
    update_and_release(work, publications, &columns, Guard::Revision).await
}

/// PostgreSQL does it in one statement. SQLite, which has one writer at a time, locks nothing.
async fn update_and_release(
    work: &Work,
    publications: &[Publication],
    columns: &Columns,
    guard: Guard,
) -> Result<Vec<PublicationId>, StorageError> {
    if publications.is_empty() {
        return Ok(Vec::new());
    }
    let backend = work.db().get_database_backend();
    let rows = rows(publications, columns);
    if backend == DbBackend::Postgres {
        let text = with_releases(backend, columns, guard);
        let releases = Json::Array(release::rows(publications)).to_string();
        let statement = Statement::from_sql_and_values(backend, text, [rows.into(), releases.into()]);
        return answer(work.db(), statement).await;
    }
    let text = update(backend, columns, guard, "id");
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

/// The parameter: each row with what tells it from others and these columns.
fn rows(publications: &[Publication], columns: &Columns) -> String {
    let row = |row: &Model| {
        let known = KNOWN.iter().chain(columns);
        Json::Object(
            known
                .map(|(name, _)| ((*name).to_owned(), value(row, name)))
                .collect(),
        )
    };
    Json::Array(sorted(publications).iter().map(row).collect()).to_string()
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

/// What stands in a column, with instants as both databases read them from text.
fn value(row: &Model, column: &str) -> Json {
    match column {
        "id" => row.id.simple().to_string().into(),
        "revision" => row.revision.into(),
        "state" => row.state.as_str().into(),
        "holder" => row.holder.as_deref().into(),
        "lease_until" => row.lease_until.map(moment).into(),
        "step" => row.step.as_deref().into(),
        "armed_at" => row.armed_at.map(moment).into(),
        "armed_key" => row.armed_key.as_deref().into(),
        "detections" => row.detections.into(),
        "updated_at" => moment(row.updated_at).into(),
        "channel_id" => row.channel_id.simple().to_string().into(),
        "provider" => row.provider.as_str().into(),
        "lane" => row.lane.as_str().into(),
        "publish_at" => row.publish_at.map(moment).into(),
        "due_at" => row.due_at.map(moment).into(),
        "fence" => row.fence.into(),
        "entry" => row.entry.into(),
        "entries" => row.entries.into(),
        "run" => row.run.into(),
        "tries" => row.tries.into(),
        "attempts" => row.attempts.into(),
        "failure" => row.failure.clone().into(),
        "settings" => row.settings.clone(),
        "published_at" => row.published_at.map(moment).into(),
        other => unreachable!("{other} is no column that changes"),
    }
}
