//! `cargo xtask test`: everything the tests need, all tests, nothing left behind.

mod doc_tests;
mod mcp;
mod sdks;

use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use anyhow::Result;

use crate::process::{self, cargo};
use crate::servers::{Programs, Servers, install_missing};
use crate::tools::{NEXTEST, cargo_with_tools};
use crate::{environment, repo};

/// Which tests run, and with what.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Leave out PostgreSQL, Redis and all installing: SQLite and the in-process bus only.
    #[arg(long)]
    fast: bool,
    /// Build and run the tests of these packages only.
    #[arg(long, short)]
    package: Vec<String>,
    /// Handed to the test runner as it is: a part of a test's name, or options of `cargo nextest run`.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    filter: Vec<String>,
}

/// The one package whose tests need foreign clients.
const E2E: &str = "postern-e2e";

/// The package of the product's programs.
const PROGRAMS: &str = "postern-monolith";

/// Variables the tests read, with their values.
type Variables = Vec<(&'static str, PathBuf)>;

/// Sets up, runs, takes down.
pub(crate) fn run(args: &Args) -> Result<()> {
    let mut variables = Variables::new();
    let servers = if args.fast {
        offer_what_is_here(&mut variables);
        None
    } else {
        Some(set_up(args, &mut variables)?)
    };
    let outcome = build_and_run(args, &variables);
    drop(servers);
    outcome
}

/// Installs and starts all that the full run needs.
fn set_up(args: &Args, variables: &mut Variables) -> Result<Servers> {
    let programs = timed("machine", install_missing)?;
    let is_e2e = args.package.is_empty() || args.package.iter().any(|name| name == E2E);
    let sdks = if is_e2e {
        timed("SDKs of the end-to-end tests", || {
            sdks::install(environment::is_ci())
        })?
    } else {
        sdks::installed()
    };
    let servers = timed("PostgreSQL and Redis", || Servers::start(&programs))?;
    variables.push(("POSTERN_TEST_POSTGRES_URL", PathBuf::from(&servers.postgres_url)));
    variables.push(("POSTERN_TEST_REDIS_URL", PathBuf::from(&servers.redis_url)));
    variables.push(("POSTERN_TEST_POSTGRES_DIR", programs.servers.postgres));
    variables.push(("POSTERN_TEST_REDIS_SERVER", programs.servers.redis));
    variables.push(("POSTERN_TEST_CHROMIUM", programs.chromium));
    variables.push(("POSTERN_TEST_CHROMEDRIVER", programs.chromedriver));
    variables.extend(sdks.variables());
    variables.extend(if is_e2e {
        timed("MCP clients of the end-to-end tests", || {
            mcp::install(environment::is_ci())
        })?
    } else {
        mcp::installed()
    });
    Ok(servers)
}

/// The fast run uses what earlier runs left, and nothing else.
fn offer_what_is_here(variables: &mut Variables) {
    if let Some((chromium, chromedriver)) = Programs::installed_browser() {
        variables.push(("POSTERN_TEST_CHROMIUM", chromium));
        variables.push(("POSTERN_TEST_CHROMEDRIVER", chromedriver));
    }
    variables.extend(sdks::installed().variables());
    variables.extend(mcp::installed());
}

fn build_and_run(args: &Args, variables: &Variables) -> Result<()> {
    let with_variables = |command: &mut Command| {
        command
            .current_dir(repo::root())
            .envs(variables.iter().map(|(name, value)| (*name, value)));
        command.env("POSTERN_TEST_BIN_DIR", repo::target_dir().join("debug"));
    };
    // Programs and tests are built in one go: built apart, their features would differ and half the tree would be
    // compiled twice.
    timed("build", || {
        let mut build = cargo();
        with_variables(
            build
                .arg("build")
                .args(selection(args))
                .args(["--bins", "--tests"]),
        );
        process::run(&mut build)
    })?;
    timed("tests", || {
        let mut tests = cargo_with_tools()?;
        if has_nextest()? {
            tests
                .args(["nextest", "run", "--no-tests=warn"])
                .args(selection(args));
        } else {
            tests
                .args(["test", "--bins", "--tests", "--lib", "--no-fail-fast"])
                .args(selection(args));
        }
        with_variables(tests.args(&args.filter));
        process::run(&mut tests)
    })?;
    if args.filter.is_empty() && args.package.is_empty() && doc_tests::exist(&repo::root())? {
        timed("documentation tests", || {
            let mut tests = cargo();
            with_variables(tests.args(["test", "--doc", "--workspace"]));
            process::run(&mut tests)
        })?;
    }
    Ok(())
}

/// The packages to build and test, as options of cargo. The end-to-end tests start the product's programs, so that
/// they come along.
fn selection(args: &Args) -> Vec<String> {
    if args.package.is_empty() {
        return vec!["--workspace".to_owned()];
    }
    let programs = args.package.iter().any(|name| name == E2E).then_some(PROGRAMS);
    let names = args.package.iter().map(String::as_str).chain(programs);
    names.map(|name| format!("--package={name}")).collect()
}

/// Whether cargo-nextest can be used; without a network `cargo test` does the same, one process per crate.
fn has_nextest() -> Result<bool> {
    match NEXTEST.install() {
        Ok(()) => Ok(true),
        Err(error) if environment::is_ci() => Err(error),
        Err(error) => {
            println!("xtask: {error:#}; falling back to `cargo test`");
            Ok(false)
        }
    }
}

/// Runs one stage and says how long it took.
fn timed<T>(name: &str, stage: impl FnOnce() -> Result<T>) -> Result<T> {
    let begin = Instant::now();
    let result = stage();
    println!("xtask: {name}: {:.1} s", begin.elapsed().as_secs_f64());
    result
}
