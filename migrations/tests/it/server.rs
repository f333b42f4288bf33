//! Databases of their own on the PostgreSQL that is offered to tests.

use anyhow::{Context, Result};
use sea_orm_migration::sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};

/// A database of one test.
pub(crate) struct PostgresDatabase {
    pub(crate) db: DatabaseConnection,
    server: DatabaseConnection,
    name: String,
}

impl PostgresDatabase {
    /// Creates one; none, with a word about it, where no server is offered.
    #[expect(
        clippy::print_stderr,
        reason = "whoever runs the tests must see what did not run"
    )]
    pub(crate) async fn create(test: &str) -> Result<Option<Self>> {
        let Some(url) = std::env::var_os("POSTERN_TEST_POSTGRES_URL") else {
            eprintln!("skipped: POSTERN_TEST_POSTGRES_URL names no PostgreSQL server");
            return Ok(None);
        };
        let url = url
            .into_string()
            .ok()
            .context("POSTERN_TEST_POSTGRES_URL is not a text")?;
        let name = format!("postern_migrations_{test}_{}", std::process::id());
        let server = Database::connect(ConnectOptions::new(url.clone())).await?;
        server
            .execute_unprepared(&format!("CREATE DATABASE {name}"))
            .await?;
        let (address, _) = url.rsplit_once('/').context("the address names no database")?;
        let db = Database::connect(ConnectOptions::new(format!("{address}/{name}"))).await?;
        Ok(Some(Self { db, server, name }))
    }

    /// Drops it.
    pub(crate) async fn drop(self) -> Result<()> {
        self.db.close().await?;
        let drop = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        self.server.execute_unprepared(&drop).await?;
        Ok(())
    }
}
