//! `cargo xtask deny`: licences, banned crates, fences and sources of the dependency tree.

use anyhow::Result;

use crate::process::run as run_program;
use crate::tools::{DENY, cargo_with_tools};

/// Judges the whole tree by `.deny.toml`.
pub(crate) fn run() -> Result<()> {
    DENY.install()?;
    let mut deny = cargo_with_tools()?;
    deny.args([
        "deny",
        "--all-features",
        "--log-level=warn",
        "check",
        "--config",
        ".deny.toml",
    ]);
    deny.args([
        "--hide-inclusion-graph",
        "--allow=unused-wrapper",
        "bans",
        "licenses",
        "sources",
    ]);
    run_program(&mut deny)
}
