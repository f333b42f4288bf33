//! The product under blows, from one seed and for a short while; `cargo xtask chaos` has more of both, and looks closer:
//! a short run leaves the search for evidence too little time to judge whom it asks.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Result, ensure};
use postern_e2e::chaos::{self, Options, Report};
use postern_e2e::surroundings::{POSTGRES_PROGRAMS, REDIS_PROGRAM, offered};
use postern_servers::Programs;

/// A run of the shape that has every sort of blow and still ends soon.
fn options(rolling: bool) -> Options {
    Options {
        seed: 20_261,
        length: Duration::from_secs(if rolling { 5 } else { 20 }),
        posts: if rolling { 80 } else { 100 },
        accounts: 1,
        rolling,
        doubt: Duration::from_secs(20),
        settling: Duration::from_mins(2),
        logs: None,
    }
}

async fn found(options: &Options) -> Result<Option<Report>> {
    let (postgres, redis) = (offered(POSTGRES_PROGRAMS)?, offered(REDIS_PROGRAM)?);
    let Some((postgres, redis)) = postgres.zip(redis) else {
        return Ok(None);
    };
    let programs = Programs {
        postgres: PathBuf::from(postgres),
        redis: PathBuf::from(redis),
    };
    let report = chaos::run(options, &programs).await?;
    ensure!(report.is_safe(), "{report}");
    Ok(Some(report))
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_or_doubled_whatever_is_killed_stopped_emptied_or_restarted() -> Result<()> {
    let Some(report) = found(&options(false)).await? else {
        return Ok(());
    };
    ensure!(report.posts() >= 90, "{report}");
    for word in [
        "kill -9",
        "stopped past its leases",
        "redis emptied",
        "postgres restarted",
        "fault",
    ] {
        ensure!(report.dealt(word) > 0, "no `{word}` was dealt:\n{report}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_or_doubled_when_every_program_is_restarted_in_turn() -> Result<()> {
    let Some(report) = found(&options(true)).await? else {
        return Ok(());
    };
    ensure!(report.posts() == 80, "{report}");
    for program in ["backend-api", "frontend-api", "mcp-gateway", "worker", "cron"] {
        let word = format!("restarted {program}");
        ensure!(report.dealt(&word) > 0, "no `{word}`:\n{report}");
    }
    Ok(())
}
