//! The schema history against real databases: SQLite always, PostgreSQL where one is offered.

mod server;

use anyhow::{Context, Result, ensure};
use sea_orm_migration::sea_orm::{ConnectOptions, Database, DatabaseConnection};

use crate::server::PostgresDatabase;

/// A fresh SQLite file that is gone with its folder.
async fn sqlite(folder: &tempfile::TempDir) -> Result<DatabaseConnection> {
    let path = folder.path().join("schema.db");
    let url = format!("sqlite://{}?mode=rwc", path.display());
    Ok(Database::connect(ConnectOptions::new(url)).await?)
}

/// Whether the dumps shall be written instead of compared.
fn is_update() -> bool {
    std::env::var_os("POSTERN_UPDATE_SCHEMA").is_some()
}

/// Compares the schema with its checked-in dump, or writes it.
async fn check_dump(db: &DatabaseConnection, file: &str) -> Result<()> {
    let path = format!("{}/schema/{file}", env!("CARGO_MANIFEST_DIR"));
    let schema = postern_migrations::dump(db).await?;
    if is_update() {
        std::fs::write(&path, &schema).with_context(|| path.clone())?;
    }
    let wanted = std::fs::read_to_string(&path).with_context(|| path.clone())?;
    ensure!(
        schema == wanted,
        "schema/{file} is not the schema that the migrations make; set POSTERN_UPDATE_SCHEMA=1 and run this test \
         to write it anew"
    );
    Ok(())
}

/// Walks the whole history forth, forth again, back step by step, and forth.
async fn check_history(db: &DatabaseConnection) -> Result<()> {
    ensure!(
        !postern_migrations::is_current(db).await?,
        "current before anything was applied"
    );
    postern_migrations::apply(db).await?;
    let first = postern_migrations::dump(db).await?;
    postern_migrations::apply(db).await?;
    ensure!(
        postern_migrations::is_current(db).await?,
        "not current after all was applied"
    );
    ensure!(
        postern_migrations::dump(db).await? == first,
        "a second run changed the schema"
    );
    for steps in (1_u32..).take(postern_migrations::count()) {
        postern_migrations::undo(db, steps).await?;
        postern_migrations::apply(db).await?;
        ensure!(
            postern_migrations::dump(db).await? == first,
            "{steps} steps back and forth changed the schema"
        );
    }
    Ok(())
}

/// Undoes everything, one migration at a time.
async fn check_way_back(db: &DatabaseConnection) -> Result<()> {
    postern_migrations::apply(db).await?;
    for _ in 0..postern_migrations::count() {
        postern_migrations::undo(db, 1).await?;
    }
    let rest = postern_migrations::dump(db).await?;
    ensure!(rest.trim().is_empty(), "something stayed behind: {rest}");
    Ok(())
}

#[tokio::test]
async fn sqlite_schema_is_its_dump() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let db = sqlite(&folder).await?;
    postern_migrations::apply(&db).await?;
    check_dump(&db, "sqlite.sql").await
}

#[tokio::test]
async fn sqlite_history_can_be_walked_both_ways() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let db = sqlite(&folder).await?;
    check_history(&db).await?;
    check_way_back(&db).await
}

#[tokio::test]
async fn postgres_schema_is_its_dump() -> Result<()> {
    let Some(database) = PostgresDatabase::create("dump").await? else {
        return Ok(());
    };
    postern_migrations::apply(&database.db).await?;
    check_dump(&database.db, "postgres.sql").await?;
    database.drop().await
}

#[tokio::test]
async fn postgres_history_can_be_walked_both_ways() -> Result<()> {
    let Some(database) = PostgresDatabase::create("history").await? else {
        return Ok(());
    };
    check_history(&database.db).await?;
    check_way_back(&database.db).await?;
    database.drop().await
}

#[tokio::test]
async fn several_may_migrate_at_once() -> Result<()> {
    let Some(database) = PostgresDatabase::create("several").await? else {
        return Ok(());
    };
    let up = || postern_migrations::apply(&database.db);

    tokio::try_join!(up(), up(), up(), up(), up())?;
    ensure!(postern_migrations::is_current(&database.db).await?, "not current");
    database.drop().await
}
