//! The inspector, a strict judge of tool lists.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use postern_e2e::surroundings::{NODE, NODE_FOLDER, offered};
use postern_e2e::{Furnished, Stack};
use serde_json::Value;
use tokio::process::Command;
use tokio::time::timeout;

/// How long the inspector may take; it loads much before it asks.
const PATIENCE: Duration = Duration::from_secs(90);

#[tokio::test]
async fn the_inspector_finds_nothing_to_say_about_the_tools() -> Result<()> {
    let (Some(node), Some(folder)) = (offered(NODE)?, offered(NODE_FOLDER)?) else {
        return Ok(());
    };
    let Some(stack) = Stack::embedded().start().await? else {
        return Ok(());
    };
    let Furnished { key, .. } = stack.furnish()?;
    let inspector = Path::new(&folder).join("node_modules/.bin/mcp-inspector");
    let home = tempfile::tempdir()?;
    let mut command = Command::new(node);
    command
        .arg(inspector)
        .args([
            "--cli",
            &format!("{}/mcp", stack.mcp_url()),
            "--transport",
            "http",
        ])
        .args(["--header", &format!("Authorization: Bearer {key}")])
        .args(["--method", "tools/list", "--strict"])
        .env("HOME", home.path())
        .current_dir(home.path())
        .kill_on_drop(true);
    let said = timeout(PATIENCE, command.output())
        .await
        .context("the inspector does not end")??;
    let errors = String::from_utf8_lossy(&said.stderr);
    ensure!(said.status.success(), "{}: {errors}", said.status);
    ensure!(errors.trim().is_empty(), "the inspector says: {errors}");
    let list: Value = serde_json::from_slice(&said.stdout)?;
    let tools = list["tools"].as_array().context("no tools")?;
    ensure!(tools.len() >= 16, "{} tools", tools.len());
    stack.finish().await
}
