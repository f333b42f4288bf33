//! PostgreSQL: one pool of connections to a server.

use std::str::FromStr;
use std::time::Duration;

use postern_domain::ports::StorageError;
use sea_orm::sqlx::postgres::{PgConnectOptions, PgConnection};
use sea_orm::sqlx::{AssertSqlSafe, ConnectOptions as _, Connection, Executor};
use sea_orm::{ConnectOptions, Database as Connector, DatabaseConnection};
use tokio::time::timeout;

use crate::error::{driver_failure, failure};

/// How long a server may take to let a connection in.
const CONNECT: Duration = Duration::from_secs(5);

/// How long a unit waits for a connection.
const ACQUIRE: Duration = Duration::from_secs(10);

/// After how long without use a connection is closed.
const IDLE: Duration = Duration::from_mins(10);

/// The database that every server has.
const MAINTENANCE: &str = "postgres";

/// Connects to a server that must answer now.
pub(crate) async fn open(url: &str, max_connections: u32) -> Result<DatabaseConnection, StorageError> {
    // The pool would repeat a refused connection silently and then tell of a time-out only.
    let probe = connect(options_of(url)?).await?;
    probe.close().await.map_err(|error| driver_failure(&error))?;
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(max_connections.max(1))
        .connect_timeout(CONNECT)
        .acquire_timeout(ACQUIRE)
        .idle_timeout(IDLE)
        .test_before_acquire(true)
        .set_application_name("postern")
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .map_sqlx_postgres_pool_opts(|pool| {
            pool.after_connect(|connection, _| Box::pin(prepare(connection)))
        });
    Connector::connect(options).await.map_err(failure)
}

/// What each connection is told first. Statements here take milliseconds at most, and compiling one of those that look
/// dear to the planner takes a hundred.
async fn prepare(connection: &mut PgConnection) -> Result<(), sea_orm::sqlx::Error> {
    connection.execute("SET jit = off").await.map(drop)
}

/// Creates the database of an address on its server; nothing happens when it is there.
pub(crate) async fn create_database(url: &str) -> Result<(), StorageError> {
    let (mut server, name) = server_of(url).await?;
    match run(&mut server, format!("CREATE DATABASE {}", quoted(&name))).await {
        Err(StorageError::Failed { detail }) if detail.contains("already exists") => Ok(()),
        other => other,
    }
}

/// Drops the database of an address with everything in it; nothing happens when it is gone.
pub(crate) async fn drop_database(url: &str) -> Result<(), StorageError> {
    let (mut server, name) = server_of(url).await?;
    let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", quoted(&name));
    run(&mut server, drop).await
}

/// Whether an SQLSTATE means that trying again later may help: connection trouble, a server that starts or stops,
/// no connection left, a deadlock or a serialisation failure.
pub(super) fn is_passing(code: &str) -> bool {
    code.starts_with("08") || code.starts_with("57P") || matches!(code, "53300" | "40001" | "40P01" | "55P03")
}

async fn server_of(url: &str) -> Result<(PgConnection, String), StorageError> {
    let options = options_of(url)?;
    let name = options
        .get_database()
        .map(str::to_owned)
        .ok_or_else(no_database)?;
    let server = connect(options.database(MAINTENANCE)).await?;
    Ok((server, name))
}

async fn run(server: &mut PgConnection, statement: String) -> Result<(), StorageError> {
    server
        .execute(AssertSqlSafe(statement))
        .await
        .map(drop)
        .map_err(|error| driver_failure(&error))
}

async fn connect(options: PgConnectOptions) -> Result<PgConnection, StorageError> {
    match timeout(CONNECT, options.disable_statement_logging().connect()).await {
        Ok(answer) => answer.map_err(|error| driver_failure(&error)),
        Err(_) => Err(StorageError::Unavailable {
            detail: format!("the server did not answer within {} s", CONNECT.as_secs()),
        }),
    }
}

/// Parse errors are not passed on: they may quote a password.
fn options_of(url: &str) -> Result<PgConnectOptions, StorageError> {
    PgConnectOptions::from_str(url).map_err(|_| StorageError::Failed {
        detail: "the address is not of the form postgres://USER:PASSWORD@HOST:PORT/DATABASE".to_owned(),
    })
}

fn no_database() -> StorageError {
    StorageError::Failed {
        detail: "the address names no database".to_owned(),
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trouble_of_the_server_passes_and_refusals_of_statements_do_not() {
        for (code, passing) in [
            ("08006", true),
            ("57P01", true),
            ("57P03", true),
            ("40P01", true),
            ("53300", true),
            ("28P01", false),
            ("3D000", false),
            ("42P01", false),
            ("22021", false),
        ] {
            assert_eq!(is_passing(code), passing, "{code}");
        }
    }

    #[test]
    fn broken_addresses_are_refused_without_their_password() {
        let told = options_of("postgres://u:hush@[broken/db")
            .unwrap_err()
            .to_string();
        assert!(!told.contains("hush"), "{told}");
    }
}
