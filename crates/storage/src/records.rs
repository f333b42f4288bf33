//! Rows as one JSON parameter: a statement over many of them has one text whatever their number, stays prepared, and
//! costs one round trip.

use postern_domain::ports::StorageError;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::Value as Json;

use crate::unit::Work;

/// Columns by name, each with its type on PostgreSQL.
pub(crate) type Columns = [(&'static str, &'static str)];

/// What stands behind `FROM` for rows of this name in the parameter of this number; on SQLite in the next one. Ids are
/// text without hyphens, instants text as [`crate::rows::moment`] writes it.
pub(crate) fn source(backend: DbBackend, columns: &Columns, rows: &str, parameter: usize) -> String {
    if backend == DbBackend::Postgres {
        let kinds = columns.iter().map(|(name, kind)| format!("{name} {kind}"));
        return format!("json_to_recordset(${parameter}::json) AS {rows}({})", list(kinds));
    }
    let values = columns.iter().map(|(name, kind)| match *kind {
        "uuid" => format!("unhex(value->>'{name}') AS {name}"),
        _ => format!("value->>'{name}' AS {name}"),
    });
    format!("(SELECT {} FROM json_each(?)) AS {rows}", list(values))
}

/// The columns' names, as a list.
pub(crate) fn names(columns: &Columns) -> String {
    list(columns.iter().map(|(name, _)| (*name).to_owned()))
}

/// Inserts new rows; those that are there already stay as they are.
pub(crate) async fn insert(
    work: &Work,
    table: &str,
    columns: &Columns,
    rows: Vec<Json>,
) -> Result<(), StorageError> {
    match insertion(work.db().get_database_backend(), table, columns, rows) {
        Some(statement) => work.run(vec![statement]).await,
        None => Ok(()),
    }
}

/// The statement that does so; none for no rows.
pub(crate) fn insertion(
    backend: DbBackend,
    table: &str,
    columns: &Columns,
    rows: Vec<Json>,
) -> Option<Statement> {
    if rows.is_empty() {
        return None;
    }
    let names = names(columns);
    let source = source(backend, columns, "u", 1);
    // SQLite takes `ON` for the beginning of a join unless a condition stands before it.
    let text = format!(
        "INSERT INTO {table} ({names}) SELECT {names} FROM {source} WHERE true ON CONFLICT DO NOTHING"
    );
    let rows = Json::Array(rows).to_string();
    Some(Statement::from_sql_and_values(backend, text, [rows.into()]))
}

fn list(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}
