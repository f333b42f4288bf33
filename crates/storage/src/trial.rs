//! Databases of this crate's own tests: migrated, and used by one test alone.

use tempfile::TempDir;

use crate::database::{Database, Options, connect, create_database, drop_database};

/// A database under trial.
pub(crate) struct Trial {
    pub(crate) database: Database,
    pub(crate) options: Options,
    _folder: Option<TempDir>,
}

impl Trial {
    /// A SQLite file that goes with this value.
    pub(crate) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("trial.db").display());
        Self::open(url, Some(folder)).await
    }

    /// A database on the PostgreSQL that is offered to tests; none, with a word about it, where none is.
    pub(crate) async fn postgres(test: &str) -> Option<Self> {
        let Some(server) = std::env::var_os("POSTERN_TEST_POSTGRES_URL") else {
            eprintln!("skipped: POSTERN_TEST_POSTGRES_URL names no PostgreSQL server");
            return None;
        };
        let server = server.into_string().unwrap();
        let (address, _) = server.rsplit_once('/').unwrap();
        let url = format!("{address}/postern_storage_{test}_{}", std::process::id());
        Some(Self::open(url, None).await)
    }

    async fn open(url: String, folder: Option<TempDir>) -> Self {
        let options = Options {
            url,
            max_connections: 4,
        };
        create_database(&options).await.unwrap();
        let database = connect(&options).await.unwrap();
        database.migrate().await.unwrap();
        Self {
            database,
            options,
            _folder: folder,
        }
    }

    /// Closes and removes it.
    pub(crate) async fn remove(self) {
        self.database.close().await.unwrap();
        drop_database(&self.options).await.unwrap();
    }
}
