//! The ground that a run takes place on: the servers, the programs, the accounts.

use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result};
use postern_domain::Timestamp;
use postern_servers::{Durability, Programs, Servers};
use serde_json::Value;
use tokio::sync::Mutex;
use tokio::task::{block_in_place, spawn_blocking};
use tokio::time::Instant;

use super::Options;
use super::report::Report;
use super::schedule::{LEASE_SECS, REPLICAS};
use crate::command_line::CommandLine;
use crate::http::Http;
use crate::mcp::Mcp;
use crate::plan::Plan;
use crate::sim::Sim;
use crate::stack::{PLATFORMS, Stack};

/// Names of accounts, which the simulator makes when it first hears of them.
const ACCOUNTS: [&str; 4] = ["ada", "ben", "cleo", "dora"];

/// How far the clock of the one worker is off, in milliseconds; an even seed sets it ahead, an odd one behind.
const SKEW_MS: i64 = 40_000;

/// How long a program may take to come back, with everything else on the machine.
pub(super) const COMING_BACK: Duration = Duration::from_mins(1);

/// How long a token of Bluesky and LinkedIn lives, in seconds.
const TOKEN_SECS: u64 = 45;

/// A channel of the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Channel {
    pub(super) id: String,
    pub(super) platform: &'static str,
    pub(super) account: &'static str,
}

/// Everything that runs.
pub(super) struct Ground {
    pub(super) stack: Mutex<Stack>,
    pub(super) servers: Mutex<Servers>,
    pub(super) database: String,
    pub(super) channels: Vec<Channel>,
    pub(super) sim: Sim,
    pub(super) rest: Http,
    pub(super) mcp: Mcp,
    pub(super) seed: u64,
    /// When the first call is made.
    pub(super) begin: Instant,
}

impl Ground {
    /// Starts the servers and the programs, and makes the accounts.
    pub(super) async fn prepare(options: &Options, programs: &Programs) -> Result<Self> {
        let servers = block_in_place(|| Servers::start_with(programs, Durability::Kept))?;
        let stack = plan(options, &servers).start().await?;
        let stack = stack.context("the split shape was not started")?;
        let sim = stack.sim().clone();
        for platform in ["bluesky", "linkedin"] {
            sim.set(&serde_json::json!({ "platform": platform, "access_secs": TOKEN_SECS }))
                .await?;
        }
        // A renewal token that was used is soon dead, so that a lost renewal has to be mended by other means.
        sim.set(&serde_json::json!({ "platform": "bluesky", "grace_secs": 10, "session_budget": 10_000 }))
            .await?;
        stack.command_line().init()?;
        let mut channels = Vec::new();
        for platform in PLATFORMS {
            for account in ACCOUNTS.into_iter().take(options.accounts) {
                let id = connect(stack.command_line().clone(), platform, account).await?;
                channels.push(Channel {
                    id,
                    platform,
                    account,
                });
            }
        }
        let key = stack.command_line().key()?;
        Ok(Self {
            database: stack.store.name().to_owned(),
            channels,
            sim,
            rest: stack.rest(&key)?,
            mcp: stack.mcp(&key)?,
            seed: options.seed,
            begin: Instant::now(),
            servers: Mutex::new(servers),
            stack: Mutex::new(stack),
        })
    }

    /// Plans faults at the platforms.
    pub(super) async fn plan_faults(&self, faults: &[Value]) -> Result<()> {
        for fault in faults {
            self.sim.plan(fault).await?;
        }
        Ok(())
    }

    /// Ends all blows: no faults, every program runs and answers.
    pub(super) async fn calm(&self) -> Result<()> {
        self.sim.forget_faults().await?;
        let mut servers = self.servers.lock().await;
        block_in_place(|| servers.start_redis())?;
        drop(servers);
        let mut stack = self.stack.lock().await;
        for name in stack.names() {
            stack.start_if_ended(&name)?;
        }
        for name in stack.names().iter().filter(|name| *name != "sandbox") {
            stack.healthy(name, COMING_BACK).await?;
        }
        Ok(())
    }

    /// The rows that a query gives, each an object.
    pub(super) async fn rows(&self, query: &str) -> Result<Vec<Value>> {
        let sql = format!("select coalesce(json_agg(t), '[]') from ({query}) t");
        let servers = self.servers.lock().await;
        let text = block_in_place(|| servers.query(&self.database, &sql))?;
        let rows: Value = serde_json::from_str(&text).with_context(|| format!("no rows: {text}"))?;
        Ok(rows.as_array().cloned().unwrap_or_default())
    }

    /// Insists that nothing is half done, and ends everything as its operator would.
    pub(super) async fn finish(self, options: &Options, report: &mut Report) -> Result<()> {
        let mut stack = self.stack.into_inner();
        if let Some(folder) = options.logs.as_deref().filter(|_| !report.is_clean()) {
            keep_logs(&mut stack, folder)?;
        }
        if let Err(error) = stack.finish().await {
            report.strange(format!("{error:#}"));
        }
        Ok(())
    }
}

/// The split shape of a run.
fn plan(options: &Options, servers: &Servers) -> Plan {
    let skew = if options.seed.is_multiple_of(2) {
        SKEW_MS
    } else {
        -SKEW_MS
    };
    let mut plan = Stack::split()
        .with_postgres(&servers.postgres_url)
        .with_redis(&servers.redis_url)
        .with_seed(options.seed)
        .with_short_leases()
        .with("POSTERN__PUBLISHING__LEASE_SECS", &LEASE_SECS.to_string())
        .with("POSTERN__PUBLISHING__BACKOFF_CAP_SECS", "4")
        // No post is refused for good by the faults of these runs, so none may run out of tries.
        .with("POSTERN__PUBLISHING__MAX_ATTEMPTS", "100")
        // The simulated platforms say themselves when they have enough.
        .with("POSTERN__PROVIDERS__MASTODON__RATES", "none")
        .with("POSTERN__PROVIDERS__BLUESKY__RATES", "none")
        .with("POSTERN__PROVIDERS__X__RATES", "none")
        .with("POSTERN__PROVIDERS__LINKEDIN__RATES", "none");
    for (service, count) in REPLICAS {
        plan = plan.with_replicas(service, count);
    }
    if !options.rolling {
        plan = plan.with_own("worker-3", "POSTERN__SERVER__CLOCK_OFFSET_MS", &skew.to_string());
    }
    plan
}

/// Connects an account of the simulator, as an operator does it beside the running product.
pub(super) async fn connect(
    command_line: CommandLine,
    platform: &'static str,
    account: &'static str,
) -> Result<String> {
    let connecting = spawn_blocking(move || {
        command_line.run(&["channel", "add", platform, "--sandbox", "--account", account])
    });
    connecting.await?
}

fn keep_logs(stack: &mut Stack, folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    for name in stack.names() {
        std::fs::write(folder.join(format!("{name}.log")), stack.log(&name)?)?;
    }
    Ok(())
}

/// The machine's time, for the dates of posts.
#[expect(
    clippy::disallowed_methods,
    reason = "a client of the product has its own clock"
)]
pub(super) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}
