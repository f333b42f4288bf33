//! Runs the product under blows and prints what was found; `cargo xtask chaos` sets up what it needs.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use clap::Parser;
use postern_e2e::chaos::{self, Options, Report};
use postern_servers::Programs;

/// Breaks the product on purpose and audits what is left.
#[derive(Debug, Parser)]
struct Arguments {
    /// How long posts are written and blows are dealt.
    #[arg(long)]
    seconds: u64,
    /// From which the posts, the blows and the faults follow.
    #[arg(long)]
    seed: u64,
    /// How many posts are written.
    #[arg(long)]
    posts: u32,
    /// Restart the programs in turn instead of all blows.
    #[arg(long)]
    rolling: bool,
    /// Folder of the programs of PostgreSQL.
    #[arg(long)]
    postgres: PathBuf,
    /// The program `redis-server`.
    #[arg(long)]
    redis: PathBuf,
    /// Where the programs' logs are put when something is found.
    #[arg(long)]
    logs: PathBuf,
}

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    let options = Options {
        seed: arguments.seed,
        length: Duration::from_secs(arguments.seconds),
        posts: arguments.posts,
        accounts: 3,
        rolling: arguments.rolling,
        // Longer than the list of any platform may lag.
        doubt: Duration::from_secs(150),
        settling: Duration::from_mins(5),
        logs: Some(arguments.logs),
    };
    let programs = Programs {
        postgres: arguments.postgres,
        redis: arguments.redis,
    };
    let report = chaos::run(&options, &programs).await?;
    Ok(show(&report))
}

#[expect(clippy::print_stdout, reason = "the table is what this program is for")]
fn show(report: &Report) -> ExitCode {
    println!("{report}");
    if report.is_clean() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
