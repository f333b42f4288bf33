//! What SQLite and PostgreSQL do differently: opening, transactions, and the meaning of their error codes.
//!
//! Locks need no word here: SeaORM leaves `FOR UPDATE` out on SQLite, which has one writer at a time.

pub(crate) mod postgres;
pub(crate) mod sqlite;

use postern_domain::ports::StorageError;
use sea_orm::sqlx::error::DatabaseError;
use sea_orm::sqlx::postgres::PgDatabaseError;
use sea_orm::{AccessMode, IsolationLevel, SqliteTransactionMode, TransactionOptions};

/// Which database it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// SQLite in a file.
    Sqlite,
    /// A PostgreSQL server.
    Postgres,
}

impl Dialect {
    /// The database that an address names.
    pub(crate) fn of(url: &str) -> Result<Self, StorageError> {
        if url.starts_with("sqlite:") {
            Ok(Self::Sqlite)
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Ok(Self::Postgres)
        } else {
            Err(StorageError::Failed {
                detail: "the address is neither sqlite://FILE nor postgres://USER@HOST/DATABASE".to_owned(),
            })
        }
    }

    /// How a unit of work begins that may write.
    ///
    /// On SQLite it takes the write lock at once: taking it later, after reading, fails when somebody wrote in
    /// between.
    pub(crate) fn writing(self) -> TransactionOptions {
        match self {
            Self::Sqlite => TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
                ..TransactionOptions::default()
            },
            Self::Postgres => TransactionOptions::default(),
        }
    }

    /// How a unit of work begins that only reads: all its queries see the same instant.
    pub(crate) fn reading(self) -> TransactionOptions {
        match self {
            Self::Sqlite => TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Deferred),
                ..TransactionOptions::default()
            },
            Self::Postgres => TransactionOptions {
                isolation_level: Some(IsolationLevel::RepeatableRead),
                access_mode: Some(AccessMode::ReadOnly),
                ..TransactionOptions::default()
            },
        }
    }
}

/// The table whose rule a statement broke.
pub(crate) fn table_of(refusal: &dyn DatabaseError) -> String {
    refusal
        .table()
        .or_else(|| sqlite::table_of(refusal.message()))
        .unwrap_or("a reference")
        .to_owned()
}

/// Whether the same statement may succeed a little later.
pub(crate) fn is_passing(refusal: &dyn DatabaseError) -> bool {
    let code = refusal.code().unwrap_or_default();
    if refusal.try_downcast_ref::<PgDatabaseError>().is_some() {
        postgres::is_passing(&code)
    } else {
        sqlite::is_passing(&code)
    }
}
