//! Where the sandbox of a running server is, told through the data directory.

use std::path::Path;

use anyhow::{Context, Result};

/// The name of the file in the data directory.
const FILE: &str = "sandbox.json";

/// Where a sandbox listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SandboxAddress(pub String);

/// Says where the sandbox is, for the command line beside the server.
pub fn write_sandbox(data_dir: &Path, url: &str) -> Result<()> {
    let text = serde_json::json!({ "url": url }).to_string();
    std::fs::write(data_dir.join(FILE), text).context("sandbox.json in the data directory")
}

/// The sandbox of the server on this data directory, if it has one.
pub fn read_sandbox(data_dir: &Path) -> Option<SandboxAddress> {
    let text = std::fs::read_to_string(data_dir.join(FILE)).ok()?;
    let value: serde_json::Value = serde_json::from_str(&text).ok()?;
    Some(SandboxAddress(value.get("url")?.as_str()?.to_owned()))
}
