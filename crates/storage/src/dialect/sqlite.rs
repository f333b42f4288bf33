//! SQLite: one connection that writes, a few that read, in one file with a write-ahead log.

use std::time::Duration;

use postern_domain::ports::StorageError;
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, Database as Connector, DatabaseConnection, DbBackend, Statement, Value, Values,
};

use crate::error::failure;

/// How long a writer waits for a writer of another process.
const BUSY: Duration = Duration::from_secs(5);

/// How long a unit waits for a connection; longer than [`BUSY`], so that the right reason is told.
const ACQUIRE: Duration = Duration::from_secs(15);

/// Most connections that read; each costs a thread and a page cache.
const READERS: u32 = 4;

/// A limit as it is bound.
const LIMIT: &str = " LIMIT ?";

/// Opens the file, which is made when it is missing: the writer first, then the readers.
pub(crate) async fn open(
    url: &str,
    max_connections: u32,
) -> Result<(DatabaseConnection, DatabaseConnection), StorageError> {
    if url.contains(":memory:") || url.contains("mode=memory") {
        return Err(StorageError::Failed {
            detail: "sqlite in memory is private to one connection; name a file".to_owned(),
        });
    }
    let writer = pool(url, 1, |options| options).await?;
    let readers = max_connections.clamp(1, READERS);
    let reader = pool(url, readers, |options| options.pragma("query_only", "on")).await?;
    Ok((writer, reader))
}

async fn pool(
    url: &str,
    connections: u32,
    adapt: fn(SqliteConnectOptions) -> SqliteConnectOptions,
) -> Result<DatabaseConnection, StorageError> {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .acquire_timeout(ACQUIRE)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .map_sqlx_sqlite_opts(move |file| {
            adapt(
                file.create_if_missing(true)
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(SqliteSynchronous::Normal)
                    .busy_timeout(BUSY)
                    .foreign_keys(true),
            )
        });
    Connector::connect(options).await.map_err(failure)
}

/// A query with its limits in its text. SQLite makes a bound limit part of the plan, so that each new binding has the
/// statement planned anew, which costs more than many a query itself.
pub(crate) fn with_plain_limits(mut statement: Statement) -> Statement {
    if statement.db_backend != DbBackend::Sqlite || !statement.sql.contains(LIMIT) {
        return statement;
    }
    let Some(Values(values)) = statement.values.take() else {
        return statement;
    };
    let parts: Vec<&str> = statement.sql.split('?').collect();
    let is_numbered = |part: &&str| part.starts_with(|next: char| next.is_ascii_digit());
    if parts.len() != values.len() + 1 || parts.iter().any(is_numbered) {
        statement.values = Some(Values(values));
        return statement;
    }
    let (mut text, mut bound) = (String::with_capacity(statement.sql.len()), Vec::new());
    for (before, value) in parts.iter().zip(values) {
        text.push_str(before);
        match value {
            Value::BigUnsigned(Some(limit)) if before.ends_with(&LIMIT[..LIMIT.len() - 1]) => {
                text.push_str(&limit.to_string());
            }
            other => {
                text.push('?');
                bound.push(other);
            }
        }
    }
    text.push_str(parts.last().copied().unwrap_or_default());
    statement.sql = text;
    statement.values = Some(Values(bound));
    statement
}

/// The table in `UNIQUE constraint failed: table.column, table.column`.
pub(super) fn table_of(message: &str) -> Option<&str> {
    let (_, columns) = message.split_once("constraint failed: ")?;
    columns.split_once('.').map(|(table, _)| table)
}

/// Whether an extended result code means that somebody else holds the file: busy or locked.
pub(super) fn is_passing(code: &str) -> bool {
    code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_broken_rule_is_told_by_its_table() {
        for (message, table) in [
            ("UNIQUE constraint failed: person.email", Some("person")),
            (
                "UNIQUE constraint failed: channel.workspace_id, channel.provider",
                Some("channel"),
            ),
            ("FOREIGN KEY constraint failed", None),
        ] {
            assert_eq!(table_of(message), table, "{message}");
        }
    }

    #[test]
    fn limits_are_written_out() {
        let (name, three) = (Value::from("a"), Value::from(3_u64));
        for (text, values, want, left) in [
            (
                "SELECT 1 WHERE a = ?",
                vec![name.clone()],
                "SELECT 1 WHERE a = ?",
                1,
            ),
            (
                "SELECT 1 WHERE a = ? LIMIT ?",
                vec![name.clone(), three.clone()],
                "SELECT 1 WHERE a = ? LIMIT 3",
                1,
            ),
            (
                "SELECT (SELECT 1 LIMIT ?) WHERE a = ? LIMIT ? OFFSET ?",
                vec![three.clone(), name.clone(), three.clone(), three.clone()],
                "SELECT (SELECT 1 LIMIT 3) WHERE a = ? LIMIT 3 OFFSET ?",
                2,
            ),
            (
                "SELECT ?1 WHERE a = ?2 LIMIT ?2",
                vec![name.clone(), three.clone()],
                "SELECT ?1 WHERE a = ?2 LIMIT ?2",
                2,
            ),
        ] {
            let written = with_plain_limits(Statement::from_sql_and_values(DbBackend::Sqlite, text, values));
            let count = written.values.map_or(0, |Values(values)| values.len());
            assert_eq!((written.sql.as_str(), count), (want, left));
        }
        let other = Statement::from_sql_and_values(DbBackend::Postgres, "SELECT 1 LIMIT $1", [three]);
        assert_eq!(with_plain_limits(other.clone()), other);
    }

    #[test]
    fn only_a_held_file_passes_by_itself() {
        for (code, passing) in [
            ("5", true),
            ("261", true),
            ("517", true),
            ("6", true),
            ("13", false),
            ("", false),
        ] {
            assert_eq!(is_passing(code), passing, "{code}");
        }
    }
}
