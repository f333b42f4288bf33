//! Brings databases up to date, and back.

use std::collections::HashSet;

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{
    DatabaseConnection, DatabaseTransaction, DbBackend, DynIden, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};

/// The table that remembers which migrations were applied.
pub const HISTORY: &str = "schema_history";

/// The key of PostgreSQL's advisory lock under which migrations run: the letters `postern`.
const LOCK: i64 = 0x70_6f73_7465_726e;

struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(crate::m20261120_000001_create_people::Migration),
            Box::new(crate::m20261120_000002_create_channels::Migration),
            Box::new(crate::m20261120_000003_create_media::Migration),
            Box::new(crate::m20261120_000004_create_posts::Migration),
            Box::new(crate::m20261120_000005_create_publications::Migration),
            Box::new(crate::m20261120_000006_create_outbox::Migration),
            Box::new(crate::m20261126_000001_quicken_publications::Migration),
            Box::new(crate::m20261126_000003_index_turns::Migration),
            Box::new(crate::m20261126_000004_add_pauses_and_dead_letters::Migration),
            Box::new(crate::m20261126_000005_add_credential_renew_at::Migration),
            Box::new(crate::m20261126_000006_create_recurrences::Migration),
            Box::new(crate::m20261126_000007_order_turns_by_id::Migration),
            Box::new(crate::m20261126_000008_lighten_reports::Migration),
            Box::new(crate::m20261126_000010_serve_scripts::Migration),
            Box::new(crate::m20261126_000012_add_post_review::Migration),
        ]
    }

    fn migration_table_name() -> DynIden {
        HISTORY.into_iden()
    }
}

/// How many migrations there are.
pub fn count() -> usize {
    Migrator::migrations().len()
}

/// Whether all migrations of this program were applied; those of a newer one do no harm. Writes nothing.
pub async fn is_current(db: &DatabaseConnection) -> Result<bool, DbErr> {
    if !SchemaManager::new(db).has_table(HISTORY).await? {
        return Ok(false);
    }
    let versions = Query::select().column("version").from(HISTORY).to_owned();
    let rows = db.query_all(&versions).await?;
    let applied: HashSet<String> = rows
        .iter()
        .map(|row| row.try_get("", "version"))
        .collect::<Result<_, DbErr>>()?;
    Ok(Migrator::migrations()
        .iter()
        .all(|migration| applied.contains(migration.name())))
}

/// Applies what is missing, all of it or nothing. Whoever comes second waits and finds nothing to do.
pub async fn apply(db: &DatabaseConnection) -> Result<(), DbErr> {
    if is_current(db).await? {
        return Ok(());
    }
    let txn = begin(db).await?;
    Migrator::up(&txn, None).await?;
    txn.commit().await
}

/// Takes the last `steps` migrations back, with the data in their tables.
pub async fn undo(db: &DatabaseConnection, steps: u32) -> Result<(), DbErr> {
    let txn = begin(db).await?;
    Migrator::down(&txn, Some(steps)).await?;
    txn.commit().await
}

async fn begin(db: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let txn = db.begin_with_options(options).await?;
    if db.get_database_backend() == DbBackend::Postgres {
        let lock = format!("SELECT pg_advisory_xact_lock({LOCK})");
        txn.execute_unprepared(&lock).await?;
    }
    Ok(txn)
}
