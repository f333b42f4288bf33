//! `cargo xtask bench`: the figures of the release build, each beside what it should be.
//!
//! Every bench starts the programs as a user would, in a temporary folder, against the simulated platforms, and
//! prints one row per figure.
//! Nothing is compared across machines; ratios are taken within one run.

mod bullmq;
mod cpu;
mod due;
mod figure;
mod http;
mod instant;
mod lateness;
mod mcp;
mod memory;
mod product;
mod seed;
mod split;
mod stage;
mod start;
mod throughput;
mod waiting;
mod worker_memory;
mod yardstick;

use std::process::Command;

use anyhow::{Result, bail};

use crate::process::{self, cargo};
use crate::repo;

use figure::Figure;

/// Which figures, and whether to build first.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Names of benches; all when none is given.
    names: Vec<String>,
    /// Use the programs in `target/release` as they are.
    #[arg(long)]
    no_build: bool,
    /// Measure smaller counts, to see that everything works; the figures say little then.
    #[arg(long)]
    quick: bool,
    /// Fail when a figure is missed.
    #[arg(long)]
    strict: bool,
}

/// How much is measured.
struct Scale {
    /// Posts of a run that measures throughput.
    posts: u64,
    /// Posts that are due within one second.
    due_in_one_second: u64,
    /// Posts stored for later, to compare the few with the many.
    few_waiting: u64,
    many_waiting: u64,
    /// Posts that a worker brings out while it is weighed.
    memory_posts: u64,
}

impl Scale {
    const FULL: Self = Self {
        posts: 20_000,
        due_in_one_second: 5_000,
        few_waiting: 10_000,
        many_waiting: 1_000_000,
        memory_posts: 100_000,
    };
    const QUICK: Self = Self {
        posts: 2_000,
        due_in_one_second: 500,
        few_waiting: 1_000,
        many_waiting: 20_000,
        memory_posts: 10_000,
    };
}

/// A bench gives rows of its table.
type Bench = fn(&Scale) -> Result<Vec<Figure>>;

/// All benches: name, what it measures, how.
const BENCHES: &[(&str, &str, Bench)] = &[
    ("start", "start to healthy, first and later", start::run),
    (
        "memory",
        "resident memory, idle, one process",
        memory::one_process,
    ),
    (
        "memory-split",
        "resident memory, idle, five services",
        memory::five_services,
    ),
    ("mcp", "scheduling by MCP, 16 clients", mcp::run),
    ("lateness", "100 posts due in one second", lateness::run),
    ("throughput", "posts in a second, split shape", throughput::split),
    (
        "throughput-monolith",
        "posts in a second, one process over PostgreSQL and Redis",
        throughput::monolith,
    ),
    (
        "throughput-embedded",
        "posts in a second, one process with SQLite",
        throughput::embedded,
    ),
    ("bullmq", "posts in a second beside BullMQ", bullmq::run),
    ("due", "100 posts due at once, every shape", due::some),
    ("due-many", "5 000 posts due in one second", due::many),
    ("waiting", "100 posts due while a million wait", waiting::run),
    (
        "worker-memory",
        "a worker after 100 000 posts",
        worker_memory::run,
    ),
];

/// The same by the release build of this program: it makes the load, and what it costs is taken from the product.
fn run_optimised(args: &Args) -> Result<()> {
    let mut again = Command::new(product::program("xtask")?);
    again.args(["bench", "--no-build"]).args(&args.names);
    again.args(args.quick.then_some("--quick"));
    again.args(args.strict.then_some("--strict"));
    process::run(&mut again)
}

/// Prints the table.
pub(crate) fn run(args: &Args) -> Result<()> {
    let known = |name: &String| BENCHES.iter().any(|(bench, ..)| bench == name);
    if let Some(unknown) = args.names.iter().find(|name| !known(name)) {
        let names: Vec<&str> = BENCHES.iter().map(|(name, ..)| *name).collect();
        bail!("no bench is called {unknown}; there are {}", names.join(", "));
    }
    if !args.no_build {
        process::run(
            cargo()
                .args(["build", "--release", "--workspace", "--bins"])
                .current_dir(repo::root()),
        )?;
    }
    if cfg!(debug_assertions) {
        return run_optimised(args);
    }
    let chosen = BENCHES
        .iter()
        .filter(|(name, ..)| args.names.is_empty() || args.names.iter().any(|wanted| wanted == name));
    let scale = if args.quick { Scale::QUICK } else { Scale::FULL };
    let mut missed = Vec::new();
    println!("{}", Figure::HEAD);
    for (name, what, bench) in chosen {
        match bench(&scale) {
            Ok(figures) => {
                for figure in figures {
                    println!("{figure}");
                    missed.extend((!figure.is_met()).then(|| figure.name.clone()));
                }
            }
            Err(error) => {
                println!("| {name}: {what} | failed | | {error:#} |");
                missed.push((*name).to_owned());
            }
        }
    }
    if args.strict && !missed.is_empty() {
        bail!("missed: {}", missed.join(", "));
    }
    Ok(())
}
