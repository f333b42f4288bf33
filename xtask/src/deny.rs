//! `cargo xtask deny`: licences, banned crates, fences and sources of the dependency tree.

use anyhow::Result;

use crate::process;
use crate::tools::{DENY, cargo_with_tools};

/// Judges the whole tree by `.deny.toml`.
pub(crate) fn run() -> Result<()> {
    DENY.install()?;
    let mut deny = cargo_with_tools()?;
    deny.args([
        "deny",
        "--config=.deny.toml",
        "check",
        "--hide-inclusion-graph",
        "--allow=unused-wrapper",
    ]);
    deny.args(["bans", "licenses", "sources"]);
    process::run(&mut deny)
}
