//! What the driver says, as what a caller can do about it.

use postern_domain::ports::StorageError;
use sea_orm::sqlx::error::{DatabaseError, ErrorKind};
use sea_orm::{DbErr, RuntimeErr, sqlx};

use crate::dialect;

/// Turns a driver's error into the port's. Nothing of a row and no address gets into it.
pub(crate) fn failure(error: DbErr) -> StorageError {
    match error {
        DbErr::ConnectionAcquire(_) => StorageError::Unavailable {
            detail: "no connection became free in time".to_owned(),
        },
        DbErr::Conn(RuntimeErr::SqlxError(error))
        | DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error)) => driver_failure(&error),
        other => StorageError::Failed {
            detail: other.to_string(),
        },
    }
}

/// The same for what the driver itself answers.
pub(crate) fn driver_failure(error: &sqlx::Error) -> StorageError {
    match error {
        sqlx::Error::Database(refusal) => refusal_of(refusal.as_ref()),
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) => StorageError::Unavailable {
            detail: error.to_string(),
        },
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
            StorageError::Unavailable {
                detail: error.to_string(),
            }
        }
        other => StorageError::Failed {
            detail: other.to_string(),
        },
    }
}

fn refusal_of(refusal: &dyn DatabaseError) -> StorageError {
    match refusal.kind() {
        ErrorKind::UniqueViolation | ErrorKind::ForeignKeyViolation => StorageError::Conflict {
            what: dialect::table_of(refusal),
        },
        _ if dialect::is_passing(refusal) => StorageError::Unavailable {
            detail: refusal.message().to_owned(),
        },
        _ => StorageError::Failed {
            detail: refusal.message().to_owned(),
        },
    }
}

/// The error of a change that met no row, or one that somebody changed meanwhile.
pub(crate) fn conflict(what: &str) -> StorageError {
    StorageError::Conflict {
        what: what.to_owned(),
    }
}

/// Insists that a change met exactly one row.
pub(crate) fn one(rows: u64, what: &str) -> Result<(), StorageError> {
    if rows == 1 { Ok(()) } else { Err(conflict(what)) }
}
