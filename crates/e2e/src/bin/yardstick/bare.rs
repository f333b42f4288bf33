//! The least that publishing can cost: one request, one prepared update, so many at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use anyhow::{Context, Result};
use reqwest::Client;
use serde_json::{Value, json};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use tokio::task::JoinSet;

use crate::say;

/// The table of the loop, made anew by each run.
const TABLE: &str = "
    DROP TABLE IF EXISTS bare_loop;
    CREATE TABLE bare_loop (
        id bigint PRIMARY KEY, state text NOT NULL, remote_id text, url text, published_at timestamptz
    )";

const FILL: &str = "INSERT INTO bare_loop SELECT number, 'scheduled' FROM generate_series(0, $1 - 1) number";

const UPDATE: &str = "
    UPDATE bare_loop SET state = 'published', remote_id = $2, url = $3, published_at = now() WHERE id = $1";

/// How much.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Address of the static platform.
    #[arg(long)]
    platform: String,
    /// Address of a PostgreSQL database.
    #[arg(long)]
    database: String,
    /// Requests in all.
    #[arg(long)]
    requests: u32,
    /// Requests at once.
    #[arg(long, default_value_t = 50)]
    concurrency: u32,
    /// Connections to the database.
    #[arg(long, default_value_t = 20)]
    connections: u32,
}

struct Loop {
    client: Client,
    pool: PgPool,
    address: String,
    next: AtomicU64,
    end: u64,
}

/// Runs the loop and prints how many went through in a second.
pub(crate) async fn run(args: Args) -> Result<()> {
    // Whoever was first has set a provider already; both are the same.
    drop(rustls::crypto::ring::default_provider().install_default());
    let pool = PgPoolOptions::new()
        .min_connections(args.connections)
        .max_connections(args.connections)
        .connect(&args.database)
        .await
        .context("the database cannot be reached")?;
    sqlx::raw_sql(TABLE).execute(&pool).await?;
    sqlx::query(FILL)
        .bind(i64::from(args.requests))
        .execute(&pool)
        .await?;
    let shared = Arc::new(Loop {
        client: Client::builder().no_proxy().tcp_nodelay(true).build()?,
        pool,
        address: format!("{}/api/v1/statuses", args.platform),
        next: AtomicU64::new(0),
        end: args.requests.into(),
    });
    let begin = Instant::now();
    let mut tasks = JoinSet::new();
    for _ in 0..args.concurrency {
        tasks.spawn(work(Arc::clone(&shared)));
    }
    while let Some(ended) = tasks.join_next().await {
        ended??;
    }
    let seconds = begin.elapsed().as_secs_f64();
    let per_second = f64::from(args.requests) / seconds;
    say(&json!({ "seconds": seconds, "per_second": per_second }).to_string())
}

/// Takes one number after the other until all are taken.
async fn work(shared: Arc<Loop>) -> Result<()> {
    loop {
        let number = shared.next.fetch_add(1, Ordering::Relaxed);
        if number >= shared.end {
            return Ok(());
        }
        let reply = shared
            .client
            .post(&shared.address)
            .bearer_auth("a token of the bare loop")
            .header("idempotency-key", format!("bare-{number}"))
            .json(&json!({ "status": format!("post {number}"), "visibility": "public" }))
            .send()
            .await?
            .error_for_status()?;
        let status: Value = serde_json::from_slice(&reply.bytes().await?)?;
        let text = |key: &str| status.get(key).and_then(Value::as_str).context("no status");
        sqlx::query(UPDATE)
            .bind(i64::try_from(number)?)
            .bind(text("id")?)
            .bind(text("url")?)
            .execute(&shared.pool)
            .await?;
    }
}
