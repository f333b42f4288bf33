//! What the machine offers to tests, told by variables that `cargo xtask test` sets.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

/// A PostgreSQL server on which databases may be made.
pub const POSTGRES: &str = "POSTERN_TEST_POSTGRES_URL";

/// A Redis server.
pub const REDIS: &str = "POSTERN_TEST_REDIS_URL";

/// The folder of PostgreSQL's own programs, for tests that start a server which they may break.
pub const POSTGRES_PROGRAMS: &str = "POSTERN_TEST_POSTGRES_DIR";

/// The program `redis-server`, for the same.
pub const REDIS_PROGRAM: &str = "POSTERN_TEST_REDIS_SERVER";

/// A Python with the MCP SDK.
pub const PYTHON: &str = "POSTERN_TEST_PYTHON";

/// A Node new enough for the inspector.
pub const NODE: &str = "POSTERN_TEST_NODE";

/// The folder whose `node_modules` hold the inspector.
pub const NODE_FOLDER: &str = "POSTERN_TEST_NODE_DIR";

/// The folder whose `node_modules` hold the MCP clients and the protocol's test suites.
pub const MCP_FOLDER: &str = "POSTERN_TEST_MCP_NODE_DIR";

/// A Python with FastMCP.
pub const FASTMCP: &str = "POSTERN_TEST_FASTMCP_PYTHON";

/// The folder of the built programs.
const PROGRAMS: &str = "POSTERN_TEST_BIN_DIR";

/// What a variable offers; none, with a line on standard error, where it is not set.
///
/// # Errors
/// Where it is not set in CI: there nothing may be left out.
pub fn offered(name: &str) -> Result<Option<String>> {
    match variable(name) {
        Some(value) => Ok(Some(value)),
        None => missing(&format!("{name} is not set; `cargo xtask test` sets it")),
    }
}

/// A program of the system; none, with a line on standard error, where it is not installed.
///
/// # Errors
/// Where it is missing in CI.
pub fn installed(path: &str) -> Result<Option<PathBuf>> {
    let path = PathBuf::from(path);
    if path.exists() {
        return Ok(Some(path));
    }
    missing(&format!("{} is not installed", path.display()))
}

#[expect(
    clippy::print_stderr,
    reason = "whoever runs the tests must see what did not run"
)]
fn missing<T>(what: &str) -> Result<Option<T>> {
    if variable("CI").is_some_and(|value| value != "false") {
        bail!("{what}, but in CI every test runs");
    }
    eprintln!("skipped: {what}");
    Ok(None)
}

/// One of the built programs.
///
/// # Errors
/// Where it has not been built.
pub fn program(name: &str) -> Result<PathBuf> {
    let folder = match variable(PROGRAMS) {
        Some(folder) => PathBuf::from(folder),
        None => beside_this_test()?,
    };
    let path = folder.join(name);
    if !path.exists() {
        bail!(
            "{} is not built; run `cargo build -p postern-monolith --bins`",
            path.display()
        );
    }
    Ok(path)
}

/// Test executables lie in `deps` below the folder of the programs.
fn beside_this_test() -> Result<PathBuf> {
    let test = std::env::current_exe().context("this test's own path")?;
    let folder = test
        .ancestors()
        .nth(2)
        .context("this test lies in no folder of a build")?;
    Ok(folder.to_path_buf())
}

fn variable(name: &str) -> Option<String> {
    let value = std::env::var_os(name)?.into_string().ok()?;
    Some(value).filter(|value| !value.is_empty())
}
