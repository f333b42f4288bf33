//! `cargo xtask graph`: the crates as levels and lines, against the budget that keeps two cores busy.
//!
//! Crates that ship nothing are left out, as are test code, what only test builds hold, and empty lines.
//! The number of levels is always held.
//! The simulator may be as big as its platforms are many: it leans on nothing, and nothing but the mains waits for it.
//! The shares are held once the product has [`YOUNG`] lines, for in a small code base one page moves a share by a
//! whole percent; below that they are printed, and `--strict` holds them all the same.

mod levels;

use std::collections::BTreeMap;

use anyhow::{Result, bail};

use crate::packages::{Package, Section};
use crate::repo;
use crate::tidy::{Repository, SHIPS_NOTHING};

use levels::Graph;

/// Longest chain of crates, as a share of all lines.
const CHAIN_BUDGET: f64 = 0.40;
/// Levels of the graph.
const LEVEL_BUDGET: usize = 5;
/// The biggest crate, as a share of all lines.
const CRATE_BUDGET: f64 = 0.12;
/// Crates that may take more for the time being, see `docs/adr/README.md`.
const WIDER: &[(&str, f64)] = &[("mcp-gateway", 0.13)];
/// Crates whose own share is not held.
const FREE_TO_GROW: &[&str] = &["platform-sim"];
/// Folders behind a feature that only test builds turn on, which ship nothing.
const TEST_BUILDS: &[&str] = &["crates/mcp-gateway/src/conformance/"];
/// Lines below which shares say little.
const YOUNG: usize = 20_000;

/// How the budget is held.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Hold the shares although the product is small.
    #[arg(long)]
    strict: bool,
}

/// Prints the graph and fails when it is over budget.
pub(crate) fn run(args: &Args) -> Result<()> {
    let repository = Repository::read(&repo::root())?;
    let lines = lines_by_crate(&repository);
    let graph = Graph::new(edges(&repository.packages), lines);
    print(&graph);
    let over = over_budget(&graph, args.strict);
    if !over.is_empty() {
        bail!("over budget: {}", over.join("; "));
    }
    Ok(())
}

/// Filled production lines per shipping crate.
fn lines_by_crate(repository: &Repository) -> BTreeMap<String, usize> {
    let shipping = repository
        .packages
        .iter()
        .filter(|package| !SHIPS_NOTHING.contains(&package.name.as_str()));
    let count = |package: &Package| {
        let sources = repository
            .rust
            .iter()
            .filter(|file| file.folder == package.folder && !file.is_test && !is_of_test_builds(&file.path));
        sources.map(|file| file.text.filled_production_lines()).sum()
    };
    shipping
        .map(|package| (package.name.clone(), count(package)))
        .collect()
}

fn is_of_test_builds(path: &str) -> bool {
    TEST_BUILDS.iter().any(|folder| path.starts_with(folder))
}

/// Who leans on whom outside tests.
fn edges(packages: &[Package]) -> BTreeMap<String, Vec<String>> {
    let known = |package: &Package| {
        let sections = [Section::Normal, Section::Build];
        let all = sections
            .iter()
            .flat_map(|section| package.edges(*section).map(str::to_owned).collect::<Vec<_>>());
        all.filter(|name| !SHIPS_NOTHING.contains(&name.as_str()))
            .collect()
    };
    packages
        .iter()
        .map(|package| (package.name.clone(), known(package)))
        .collect()
}

fn print(graph: &Graph) {
    for (level, names) in graph.levels().iter().enumerate() {
        println!("level {level}");
        for name in names {
            let lines = graph.lines(name);
            println!("  {name:<20} {lines:>7} {:>5.1} %", 100.0 * graph.share(lines));
        }
    }
    let (chain, lines) = graph.longest_chain();
    println!("all crates           {:>9}", graph.total());
    println!(
        "longest chain        {lines:>9} {:>5.1} %  {}",
        100.0 * graph.share(lines),
        chain.join(" > ")
    );
}

/// The biggest share that a crate may have.
fn budget_of(name: &str) -> f64 {
    let wider = WIDER.iter().find(|(known, _)| *known == name);
    wider.map_or(CRATE_BUDGET, |(_, share)| *share)
}

/// What is over budget, in words.
fn over_budget(graph: &Graph, is_strict: bool) -> Vec<String> {
    let mut over = Vec::new();
    let levels = graph.levels().len();
    if levels > LEVEL_BUDGET {
        over.push(format!("{levels} levels, {LEVEL_BUDGET} allowed"));
    }
    let mut shares = Vec::new();
    let chain = graph.share(graph.longest_chain().1);
    if chain > CHAIN_BUDGET {
        shares.push(format!(
            "longest chain {:.1} %, {:.0} % allowed",
            100.0 * chain,
            100.0 * CHAIN_BUDGET
        ));
    }
    for (name, lines) in graph.crates().filter(|(name, _)| !FREE_TO_GROW.contains(name)) {
        let (share, allowed) = (graph.share(lines), budget_of(name));
        if share > allowed {
            shares.push(format!(
                "{name} {:.1} %, {:.0} % allowed",
                100.0 * share,
                100.0 * allowed
            ));
        }
    }
    if is_strict || graph.total() >= YOUNG {
        over.extend(shares);
    } else if !shares.is_empty() {
        println!("not held below {YOUNG} lines: {}", shares.join("; "));
    }
    over
}
