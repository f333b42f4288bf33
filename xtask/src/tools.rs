//! Programs of the Rust world that the chores call; built once into `target/tools` where the machine has none.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::process::{cargo, find_program, run};
use crate::{environment, repo};

/// A program from crates.io, pinned to the version that is known to work here.
pub(crate) struct Tool {
    pub(crate) name: &'static str,
    version: &'static str,
}

/// Runs tests, each in a process of its own.
pub(crate) const NEXTEST: Tool = Tool {
    name: "cargo-nextest",
    version: "0.9.143",
};
/// Judges the dependency tree.
pub(crate) const DENY: Tool = Tool {
    name: "cargo-deny",
    version: "0.20.2",
};

impl Tool {
    /// Builds the tool unless the machine or an earlier run has it.
    ///
    /// An unoptimised build is ready in a third of the time and quick enough for what it does here.
    pub(crate) fn install(&self) -> Result<()> {
        if find_program(self.name, &[folder()]).is_some() {
            return Ok(());
        }
        println!("xtask: building {} {}, once", self.name, self.version);
        let mut install = cargo();
        install.args(["install", "--debug", "--locked", "--quiet"]);
        install
            .arg(format!("{}@{}", self.name, self.version))
            .arg("--root")
            .arg(root());
        run(&mut install)
    }
}

/// A cargo that finds the tools.
pub(crate) fn cargo_with_tools() -> Result<Command> {
    let mut path = environment::search_path();
    path.push(folder());
    let mut command = cargo();
    command
        .env("PATH", std::env::join_paths(path)?)
        .current_dir(repo::root());
    Ok(command)
}

fn root() -> PathBuf {
    repo::target_dir().join("tools")
}

fn folder() -> PathBuf {
    root().join("bin")
}
