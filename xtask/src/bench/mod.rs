//! `cargo xtask bench`: the figures of the release build, each beside what it should be.
//!
//! Every bench starts the programs as a user would, in a temporary folder, against the simulated platforms, and
//! prints one row per figure.
//! Nothing is compared across machines; ratios are taken within one run.

mod figure;
mod http;
mod instant;
mod lateness;
mod mcp;
mod memory;
mod product;
mod start;

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
    /// Fail when a figure is missed.
    #[arg(long)]
    strict: bool,
}

/// A bench gives rows of its table.
type Bench = fn() -> Result<Vec<Figure>>;

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
];

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
    let chosen = BENCHES
        .iter()
        .filter(|(name, ..)| args.names.is_empty() || args.names.iter().any(|wanted| wanted == name));
    let mut missed = Vec::new();
    println!("{}", Figure::HEAD);
    for (name, what, bench) in chosen {
        match bench() {
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
