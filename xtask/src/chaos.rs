//! `cargo xtask chaos`: the product under blows, for as long as one likes and from any seed.
//!
//! What it does and how it judges stands in `crates/e2e/src/chaos`; here it is built and given what it needs.

use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Result;

use crate::process::{self, cargo};
use crate::repo;
use crate::servers::install_missing;

/// How long, from which seed, and on which programs.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// How long posts are written and blows are dealt.
    #[arg(long, default_value_t = 2)]
    minutes: u64,
    /// From which the posts, the blows and the faults follow; a new one each time when none is given.
    #[arg(long)]
    seed: Option<u64>,
    /// How many posts are written; 250 in each minute when no number is given.
    #[arg(long)]
    posts: Option<u64>,
    /// Restart every program in turn instead, and see that nobody notices.
    #[arg(long)]
    rolling: bool,
    /// Use the programs of the debug build.
    #[arg(long)]
    debug_build: bool,
    /// Use the programs as they are.
    #[arg(long)]
    no_build: bool,
}

/// The package of the product's programs.
const PROGRAMS: &str = "postern-monolith";

/// Builds, runs, and ends with the outcome.
pub(crate) fn run(args: &Args) -> Result<()> {
    let machine = install_missing()?;
    build(args)?;
    let seed = args.seed.unwrap_or_else(fresh_seed);
    println!("xtask: chaos of {} min, seed {seed}", args.minutes);
    let target = repo::target_dir();
    let profile = if args.debug_build { "debug" } else { "release" };
    let mut chaos = Command::new(target.join("debug/examples/chaos"));
    chaos
        .current_dir(repo::root())
        .env("POSTERN_TEST_BIN_DIR", target.join(profile))
        .args(["--seconds", &(args.minutes * 60).to_string()])
        .args(["--seed", &seed.to_string()])
        .args(["--posts", &args.posts.unwrap_or(args.minutes * 250).to_string()])
        .arg("--postgres")
        .arg(&machine.servers.postgres)
        .arg("--redis")
        .arg(&machine.servers.redis)
        .arg("--logs")
        .arg(target.join("chaos").join(seed.to_string()));
    if args.rolling {
        chaos.arg("--rolling");
    }
    process::run(&mut chaos)
}

/// The run itself is always a debug build: it waits most of the time, and is built in no time.
fn build(args: &Args) -> Result<()> {
    let mut debug = cargo();
    debug
        .current_dir(repo::root())
        .args(["build", "--package=postern-e2e", "--example=chaos"]);
    if args.debug_build && !args.no_build {
        // Built in one go, for built apart their features would differ.
        debug.args([&format!("--package={PROGRAMS}"), "--bins"]);
    }
    process::run(&mut debug)?;
    if args.debug_build || args.no_build {
        return Ok(());
    }
    let mut release = cargo();
    release.current_dir(repo::root()).args([
        "build",
        "--release",
        &format!("--package={PROGRAMS}"),
        "--bins",
    ]);
    process::run(&mut release)
}

/// A number that is another one each time, and short enough to be typed.
#[expect(
    clippy::disallowed_methods,
    reason = "xtask is a tool of the repository, not part of the product"
)]
fn fresh_seed() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    since.as_secs() % 1_000_000
}
