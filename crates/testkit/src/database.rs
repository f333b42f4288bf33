//! Databases of a test's own.

use std::sync::Arc;

use anyhow::{Context, Result};
use postern_domain::ports::Storage;
use postern_storage::{Database, Options, connect, create_database, drop_database};
use tempfile::TempDir;

use crate::build::next_id;

/// The variable that names a PostgreSQL server tests may use.
const SERVER: &str = "POSTERN_TEST_POSTGRES_URL";

/// Connections of one test; enough for units that run at the same time.
const CONNECTIONS: u32 = 8;

/// A migrated database that nobody else uses.
#[derive(Debug)]
pub struct TestDatabase {
    /// How it was opened; opening it again gives a second pool, as of a second process.
    pub options: Options,
    database: Database,
    folder: Option<TempDir>,
}

impl TestDatabase {
    /// A SQLite file in a folder that goes with this value.
    pub async fn sqlite() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        Self::open(url, Some(folder)).await
    }

    /// A fresh database on the PostgreSQL that is offered to tests; none, with a word about it, where none is.
    #[expect(
        clippy::print_stderr,
        reason = "whoever runs the tests must see what did not run"
    )]
    pub async fn postgres() -> Result<Option<Self>> {
        let Some(server) = std::env::var_os(SERVER) else {
            eprintln!("skipped: {SERVER} names no PostgreSQL server");
            return Ok(None);
        };
        let server = server
            .into_string()
            .ok()
            .context("the server's address is not a text")?;
        let (address, _) = server
            .rsplit_once('/')
            .context("the server's address names no database")?;
        let url = format!("{address}/postern_test_{}_{}", std::process::id(), next_id());
        create_database(&options(url.clone())).await?;
        Self::open(url, None).await.map(Some)
    }

    async fn open(url: String, folder: Option<TempDir>) -> Result<Self> {
        let options = options(url);
        let database = connect(&options).await?;
        database.migrate().await?;
        Ok(Self {
            options,
            database,
            folder,
        })
    }

    /// The database itself.
    pub fn database(&self) -> Database {
        self.database.clone()
    }

    /// The port that it fills.
    pub fn storage(&self) -> Arc<dyn Storage> {
        Arc::new(self.database())
    }

    /// Closes and removes it. A PostgreSQL database that is only dropped stays until its server goes.
    pub async fn remove(self) -> Result<()> {
        self.database.close().await?;
        if self.folder.is_none() {
            drop_database(&self.options).await?;
        }
        Ok(())
    }
}

fn options(url: String) -> Options {
    Options {
        url,
        max_connections: CONNECTIONS,
    }
}
