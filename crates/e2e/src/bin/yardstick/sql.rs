//! Statements on the database of either shape, so that the benches need no client program of a database.

use std::io::Read;

use anyhow::{Context, Result, bail};
use sqlx::postgres::PgConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{Connection, Row};

use crate::say;

/// Where.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// `postgres://…`, or `sqlite://` and a file.
    #[arg(long)]
    database: String,
}

/// Runs what stands on standard input; prints the rows.
pub(crate) async fn run(args: Args) -> Result<()> {
    let mut script = String::new();
    std::io::stdin().read_to_string(&mut script)?;
    let rows = if let Some(file) = args.database.strip_prefix("sqlite://") {
        sqlite(file, script).await
    } else if args.database.starts_with("postgres://") {
        postgres(&args.database, script).await
    } else {
        bail!("the database is neither postgres:// nor sqlite://")
    };
    for row in rows? {
        let cells: Vec<&str> = row
            .iter()
            .map(|cell| cell.as_deref().unwrap_or_default())
            .collect();
        say(&cells.join("\t"))?;
    }
    Ok(())
}

type Rows = Vec<Vec<Option<String>>>;

async fn postgres(url: &str, script: String) -> Result<Rows> {
    let mut connection = PgConnection::connect(url)
        .await
        .context("the database cannot be reached")?;
    let rows = sqlx::raw_sql(sqlx::AssertSqlSafe(script))
        .fetch_all(&mut connection)
        .await?;
    let cells = |row: &sqlx::postgres::PgRow| {
        (0..row.len())
            .map(|index| row.try_get_unchecked(index))
            .collect::<sqlx::Result<Vec<Option<String>>>>()
    };
    Ok(rows.iter().map(cells).collect::<sqlx::Result<_>>()?)
}

async fn sqlite(file: &str, script: String) -> Result<Rows> {
    let options = SqliteConnectOptions::new()
        .filename(file)
        .busy_timeout(std::time::Duration::from_secs(30));
    let mut connection = SqliteConnection::connect_with(&options)
        .await
        .context("the database cannot be opened")?;
    let rows = sqlx::raw_sql(sqlx::AssertSqlSafe(script))
        .fetch_all(&mut connection)
        .await?;
    let cells = |row: &sqlx::sqlite::SqliteRow| {
        (0..row.len())
            .map(|index| row.try_get_unchecked(index))
            .collect::<sqlx::Result<Vec<Option<String>>>>()
    };
    let read = rows.iter().map(cells).collect::<sqlx::Result<_>>()?;
    connection.close().await?;
    Ok(read)
}
