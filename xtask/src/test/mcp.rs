//! The MCP clients and test suites of the end-to-end tests, pinned by the files in `xtask/e2e/mcp/`.
//!
//! They are apart from the other foreign clients because they are many and large, and change with the protocol.

use std::path::PathBuf;

use anyhow::Result;

use super::sdks::{install_packages, install_requirements, is_current, python};
use crate::repo;

/// Installs them unless they are there already.
///
/// Without a network a piece is left out with a notice, except when `is_required`.
pub(super) fn install(is_required: bool) -> Result<super::Variables> {
    let pieces = [
        ("the MCP clients", install_packages(&node_folder(), "mcp/")),
        ("FastMCP", install_requirements(&venv(), "mcp/requirements.txt")),
    ];
    for (name, result) in pieces {
        match result {
            Ok(()) => {}
            Err(error) if is_required => return Err(error.context(format!("{name} could not be installed"))),
            Err(error) => {
                println!("xtask: {name} could not be installed, tests that need it are skipped: {error:#}");
            }
        }
    }
    Ok(installed())
}

/// What is there to be used, as the variables that tell the tests.
pub(super) fn installed() -> super::Variables {
    let mut variables = super::Variables::new();
    if is_current(&node_folder(), "mcp/package-lock.json").unwrap_or(false) {
        variables.push(("POSTERN_TEST_MCP_NODE_DIR", node_folder()));
    }
    if is_current(&venv(), "mcp/requirements.txt").unwrap_or(false) {
        variables.push(("POSTERN_TEST_FASTMCP_PYTHON", python(&venv())));
    }
    variables
}

fn node_folder() -> PathBuf {
    repo::target_dir().join("e2e-mcp")
}

fn venv() -> PathBuf {
    repo::target_dir().join("e2e-mcp-venv")
}
