//! SQLite: one connection that writes, a few that read, in one file with a write-ahead log.

use std::time::Duration;

use postern_domain::ports::StorageError;
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, Database as Connector, DatabaseConnection};

use crate::error::failure;

/// How long a writer waits for a writer of another process.
const BUSY: Duration = Duration::from_secs(5);

/// How long a unit waits for a connection; longer than [`BUSY`], so that the right reason is told.
const ACQUIRE: Duration = Duration::from_secs(15);

/// Most connections that read; each costs a thread and a page cache.
const READERS: u32 = 4;

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
