//! The foreign clients of the end-to-end tests: the Python SDK of MCP, and on Node its inspector and
//! the command line of Postiz.
//!
//! All live below `target/`, pinned by the files in `xtask/e2e/`.
//! The inspector wants a newer Node than many systems have, so a Node comes along as a package.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::process::run_quietly;
use crate::repo;

/// What is there to be used; `None` for what is not.
#[derive(Default)]
pub(super) struct Sdks {
    python: Option<PathBuf>,
    node_folder: Option<PathBuf>,
}

impl Sdks {
    /// The variables that tell the tests.
    pub(super) fn variables(&self) -> super::Variables {
        let mut variables = super::Variables::new();
        if let Some(python) = &self.python {
            variables.push(("POSTERN_TEST_PYTHON", python.clone()));
        }
        if let Some(folder) = &self.node_folder {
            variables.push(("POSTERN_TEST_NODE_DIR", folder.clone()));
            variables.extend(node(folder).map(|program| ("POSTERN_TEST_NODE", program)));
        }
        variables
    }
}

/// Installs both unless they are there already.
///
/// Without a network a piece is left out with a notice, except when `is_required`.
pub(super) fn install(is_required: bool) -> Result<Sdks> {
    let kept = |name: &str, result: Result<PathBuf>| match result {
        Ok(path) => Ok(Some(path)),
        Err(error) if is_required => Err(error.context(format!("{name} could not be installed"))),
        Err(error) => {
            println!("xtask: {name} could not be installed, tests that need it are skipped: {error:#}");
            Ok(None)
        }
    };
    let python = kept("the Python SDK", install_python())?;
    let node_folder = kept("the inspector", install_node())?;
    Ok(Sdks { python, node_folder })
}

/// What earlier runs have installed.
pub(super) fn installed() -> Sdks {
    let python = Some(python(&venv())).filter(|_| is_current(&venv(), "requirements.txt").unwrap_or(false));
    let node_folder =
        Some(node_folder()).filter(|folder| is_current(folder, "package-lock.json").unwrap_or(false));
    Sdks { python, node_folder }
}

fn install_python() -> Result<PathBuf> {
    let folder = venv();
    install_requirements(&folder, "requirements.txt")?;
    Ok(python(&folder))
}

/// Fills `folder` with the packages that `xtask/e2e/{pinned}` names.
pub(super) fn install_requirements(folder: &Path, pinned: &str) -> Result<()> {
    if !is_current(folder, pinned)? {
        run_quietly(
            Command::new("python3")
                .args(["-m", "venv", "--clear"])
                .arg(folder),
        )?;
        let mut install = Command::new(python(folder));
        install
            .args(["-m", "pip", "install", "--quiet", "--requirement"])
            .arg(pins(pinned));
        run_quietly(&mut install)?;
        mark_current(folder, pinned)?;
    }
    Ok(())
}

fn install_node() -> Result<PathBuf> {
    let folder = node_folder();
    install_packages(&folder, "")?;
    node(&folder).context("no Node for this processor is among the packages")?;
    Ok(folder)
}

/// Fills `folder` with the pinned packages of `xtask/e2e/{set}`.
pub(super) fn install_packages(folder: &Path, set: &str) -> Result<()> {
    let lock = format!("{set}package-lock.json");
    if !is_current(folder, &lock)? {
        std::fs::create_dir_all(folder)?;
        for name in ["package.json", "package-lock.json"] {
            std::fs::copy(pins(&format!("{set}{name}")), folder.join(name))?;
        }
        let mut install = Command::new("npm");
        install.args([
            "ci",
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
            "--loglevel=error",
        ]);
        // A package of the pinned set may ask for the very Node that the set brings along.
        run_quietly(
            install
                .env("npm_config_engine_strict", "false")
                .current_dir(folder),
        )?;
        mark_current(folder, &lock)?;
    }
    Ok(())
}

/// The Node that came with the packages.
pub(super) fn node(folder: &Path) -> Option<PathBuf> {
    let processors =
        ["x64", "arm64"].map(|name| folder.join(format!("node_modules/node-linux-{name}/bin/node")));
    processors.into_iter().find(|program| program.exists())
}

fn venv() -> PathBuf {
    repo::target_dir().join("e2e-venv")
}

fn node_folder() -> PathBuf {
    repo::target_dir().join("e2e-node")
}

pub(super) fn python(venv: &Path) -> PathBuf {
    venv.join("bin/python")
}

pub(super) fn pins(name: &str) -> PathBuf {
    repo::root().join("xtask/e2e").join(name)
}

/// Whether `folder` was filled from the pins as they are now.
pub(super) fn is_current(folder: &Path, name: &str) -> Result<bool> {
    let wanted = std::fs::read(pins(name)).with_context(|| format!("xtask/e2e/{name} cannot be read"))?;
    Ok(std::fs::read(stamp(folder)).is_ok_and(|found| found == wanted))
}

pub(super) fn mark_current(folder: &Path, name: &str) -> Result<()> {
    std::fs::copy(pins(name), stamp(folder))?;
    Ok(())
}

fn stamp(folder: &Path) -> PathBuf {
    folder.join(".installed")
}
