//! The database: opening it, bringing it up to date, beginning units of work.

use std::collections::HashSet;
use std::time::Duration;

use async_trait::async_trait;
use postern_domain::id::PublicationId;
use postern_domain::ports::{Storage, StorageError, Unit};
use postern_domain::publication::Publication;
use sea_orm::{DatabaseConnection, TransactionOptions, TransactionTrait};
use tokio::time::{Instant, sleep};

use crate::dialect::{Dialect, postgres, sqlite};
use crate::error::failure;
use crate::publications;
use crate::unit::{Executor, Work};

/// The first pause between two tries to reach a database; each further one doubles.
const FIRST_PAUSE: Duration = Duration::from_millis(250);

/// The longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// Which database, and how much of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Options {
    /// Its address: `sqlite://FILE` or `postgres://USER:PASSWORD@HOST:PORT/DATABASE`.
    pub url: String,
    /// Most connections at once. SQLite takes one that writes and at most four that read.
    pub max_connections: u32,
}

impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Options({} connections, [redacted])", self.max_connections)
    }
}

/// A database that answers. Cheap to clone; a connection that is lost is replaced when the next unit begins.
#[derive(Debug, Clone)]
pub struct Database {
    dialect: Dialect,
    writer: DatabaseConnection,
    reader: DatabaseConnection,
}

/// Opens a database that must answer now. A SQLite file is made when it is missing, its folder is not.
pub async fn connect(options: &Options) -> Result<Database, StorageError> {
    let dialect = Dialect::of(&options.url)?;
    let (writer, reader) = match dialect {
        Dialect::Sqlite => sqlite::open(&options.url, options.max_connections).await?,
        Dialect::Postgres => {
            let pool = postgres::open(&options.url, options.max_connections).await?;
            (pool.clone(), pool)
        }
    };
    Ok(Database {
        dialect,
        writer,
        reader,
    })
}

/// Opens a database, waiting up to `patience` for one that cannot be reached yet.
///
/// `on_retry` is told each time why it was not, and how much patience is left. What waiting cannot mend (a wrong
/// password, a missing database) ends it at once.
pub async fn wait_for(
    options: &Options,
    patience: Duration,
    on_retry: impl Fn(&StorageError, Duration),
) -> Result<Database, StorageError> {
    let end = Instant::now() + patience;
    let mut pause = FIRST_PAUSE;
    loop {
        let error = match connect(options).await {
            Ok(database) => return Ok(database),
            Err(error) => error,
        };
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() || !matches!(error, StorageError::Unavailable { .. }) {
            return Err(error);
        }
        on_retry(&error, left);
        sleep(pause.min(left)).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// Creates the database that an address names on its server; nothing happens when it is there, or is a file.
pub async fn create_database(options: &Options) -> Result<(), StorageError> {
    match Dialect::of(&options.url)? {
        Dialect::Sqlite => Ok(()),
        Dialect::Postgres => postgres::create_database(&options.url).await,
    }
}

/// Drops the database that an address names on its server with everything in it; a file is left alone.
pub async fn drop_database(options: &Options) -> Result<(), StorageError> {
    match Dialect::of(&options.url)? {
        Dialect::Sqlite => Ok(()),
        Dialect::Postgres => postgres::drop_database(&options.url).await,
    }
}

/// The schema as it is in this database, as text.
pub async fn dump_schema(database: &Database) -> Result<String, StorageError> {
    postern_migrations::dump(&database.writer).await.map_err(failure)
}

impl Database {
    /// Brings the schema up to date, all of it or nothing; safe when several processes start at once.
    pub async fn migrate(&self) -> Result<(), StorageError> {
        postern_migrations::apply(&self.writer).await.map_err(failure)
    }

    /// Whether the schema is the one this program needs, or a newer one.
    pub async fn is_current(&self) -> Result<bool, StorageError> {
        postern_migrations::is_current(&self.reader)
            .await
            .map_err(failure)
    }

    /// Closes all connections; units that still run are undone.
    pub async fn close(self) -> Result<(), StorageError> {
        self.reader.close().await.map_err(failure)?;
        self.writer.close().await.map_err(failure)
    }

    /// What units that write run on, for tests that look below the port.
    #[cfg(test)]
    pub(crate) fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    async fn open(
        &self,
        pool: &DatabaseConnection,
        options: TransactionOptions,
        may_write: bool,
    ) -> Result<Box<dyn Unit>, StorageError> {
        let transaction = pool.begin_with_options(options).await.map_err(failure)?;
        Ok(Box::new(Work::new(transaction, may_write)))
    }
}

#[async_trait]
impl Storage for Database {
    async fn begin(&self) -> Result<Box<dyn Unit>, StorageError> {
        self.open(&self.writer, self.dialect.writing(), true).await
    }

    async fn read(&self) -> Result<Box<dyn Unit>, StorageError> {
        self.open(&self.reader, self.dialect.reading(), false).await
    }

    async fn glance(&self) -> Result<Box<dyn Unit>, StorageError> {
        Ok(Box::new(Work::glancing(self.reader.clone())))
    }

    async fn save_in_hand(
        &self,
        publications: &[Publication],
    ) -> Result<HashSet<PublicationId>, StorageError> {
        publications::in_hand(&Executor::single(self.writer.clone()), publications).await
    }

    async fn ping(&self) -> Result<(), StorageError> {
        if self.is_current().await? {
            Ok(())
        } else {
            Err(StorageError::Failed {
                detail: "the schema is not the one this program needs".to_owned(),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use sea_orm::ConnectionTrait;

    use super::*;
    use crate::trial::Trial;

    fn options(url: &str) -> Options {
        Options {
            url: url.to_owned(),
            max_connections: 2,
        }
    }

    #[tokio::test]
    async fn what_waiting_cannot_mend_ends_it_at_once() {
        for url in [
            "mysql://localhost/postern",
            "sqlite::memory:",
            "sqlite:///no/such/folder/postern.db",
            "postgres://u:hush@[broken/db",
        ] {
            let never = |_: &StorageError, _: Duration| panic!("waited for {url}");
            let error = wait_for(&options(url), Duration::from_secs(9), never)
                .await
                .unwrap_err();
            assert!(matches!(error, StorageError::Failed { .. }), "{url}: {error}");
            assert!(!error.to_string().contains("hush"), "{url}: {error}");
        }
    }

    #[tokio::test]
    async fn a_server_that_cannot_be_reached_is_waited_for() {
        // A port that was free a moment ago refuses connections.
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let tries = AtomicU32::new(0);
        let count = |error: &StorageError, _: Duration| {
            assert!(matches!(error, StorageError::Unavailable { .. }), "{error}");
            tries.fetch_add(1, Ordering::SeqCst);
        };
        let url = format!("postgres://u:hush@127.0.0.1:{port}/db");
        let error = wait_for(&options(&url), Duration::from_millis(400), count)
            .await
            .unwrap_err();
        assert!(matches!(error, StorageError::Unavailable { .. }), "{error}");
        assert!(!error.to_string().contains("hush"), "{error}");
        assert!(tries.load(Ordering::SeqCst) >= 1);
    }

    #[tokio::test]
    async fn a_fresh_file_is_made_and_answers_once_it_is_migrated() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("fresh.db").display());
        let (one, two) = (
            connect(&options(&url)).await.unwrap(),
            connect(&options(&url)).await.unwrap(),
        );
        assert_eq!(one.is_current().await, Ok(false));
        assert!(matches!(one.ping().await, Err(StorageError::Failed { .. })));
        let (first, second) = tokio::join!(one.migrate(), two.migrate());
        assert_eq!((first, second), (Ok(()), Ok(())));
        assert_eq!(one.ping().await, Ok(()));
        assert!(dump_schema(&one).await.unwrap().contains("publication_due"));
    }

    #[tokio::test]
    async fn a_writer_of_another_process_is_waited_for() {
        let trial = Trial::sqlite().await;
        let other = connect(&trial.options).await.unwrap();
        let unit = trial.database.begin().await.unwrap();
        let (later, done) = tokio::join!(other.begin(), async move {
            sleep(Duration::from_millis(50)).await;
            unit.commit().await
        });
        assert_eq!(done, Ok(()));
        later.unwrap().commit().await.unwrap();
    }

    #[tokio::test]
    async fn lost_connections_are_replaced() {
        let Some(trial) = Trial::postgres("lost").await else {
            return;
        };
        let unit = trial.database.begin().await.unwrap();
        let killer = connect(&trial.options).await.unwrap();
        let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                    WHERE datname = current_database() AND pid <> pg_backend_pid()";
        killer.writer().execute_unprepared(kill).await.unwrap();
        let lost = unit.all_workspaces().await;
        assert!(matches!(lost, Err(StorageError::Unavailable { .. })), "{lost:?}");
        drop(unit);
        assert_eq!(trial.database.ping().await, Ok(()));
        let unit = trial.database.begin().await.unwrap();
        assert_eq!(unit.commit().await, Ok(()));
        killer.close().await.unwrap();
        trial.remove().await;
    }
}
