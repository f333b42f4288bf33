//! The protocol's own test suites: over what they bring along, and over the product itself.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use postern_e2e::surroundings::{MCP_FOLDER, NODE, offered};
use postern_e2e::{Furnished, Stack};
use serde_json::Value;
use tokio::process::Command;
use tokio::time::timeout;

/// How long a suite may take.
const PATIENCE: Duration = Duration::from_mins(3);

/// What the product itself has to pass.
const OF_THE_PRODUCT: [&str; 18] = [
    "caching",
    "completion-complete",
    "dns-rebinding-protection",
    "http-header-validation",
    "input-required-result-ignore-extra-params",
    "input-required-result-missing-input-response",
    "input-required-result-unsupported-methods",
    "input-required-result-validate-input",
    "ping",
    "prompts-list",
    "resources-list",
    "sep-2164-resource-not-found",
    "server-initialize",
    "server-session-lifecycle",
    "server-sse-multiple-streams",
    "server-sse-polling",
    "server-stateless",
    "tools-list",
];

/// A suite, ready to be run.
struct Suite {
    node: String,
    folder: String,
    results: tempfile::TempDir,
}

impl Suite {
    fn offered() -> Result<Option<Self>> {
        let (Some(node), Some(folder)) = (offered(NODE)?, offered(MCP_FOLDER)?) else {
            return Ok(None);
        };
        let results = tempfile::tempdir()?;
        Ok(Some(Self {
            node,
            folder,
            results,
        }))
    }

    /// Runs a generation of the suite against `url`; whether it was content, and what it said.
    async fn run(&self, generation: &str, url: &str, more: &[&str]) -> Result<(bool, String)> {
        let program = format!(
            "{}/node_modules/conformance-{generation}/dist/index.js",
            self.folder
        );
        let mut command = Command::new(&self.node);
        command
            .args([program.as_str(), "server", "--url", url])
            .args(more)
            .current_dir(self.results.path())
            .kill_on_drop(true);
        let said = timeout(PATIENCE, command.output())
            .await
            .context("the suite does not end")??;
        Ok((
            said.status.success(),
            String::from_utf8_lossy(&said.stdout).into_owned(),
        ))
    }
}

#[tokio::test]
async fn the_suites_pass_over_what_they_bring_along() -> Result<()> {
    let Some(suite) = Suite::offered()? else {
        return Ok(());
    };
    let Some(stack) = Stack::embedded().start().await? else {
        return Ok(());
    };
    let url = format!("{}/mcp-conformance", stack.mcp_url());
    for (generation, more) in [
        ("stable", &[] as &[&str]),
        ("next", &["--requirements", "2025-11-25"]),
        ("next", &["--requirements", "2026-07-28"]),
    ] {
        let (is_content, said) = suite.run(generation, &url, more).await?;
        ensure!(is_content, "{generation} {more:?}\n{said}");
        let passed = said
            .lines()
            .find(|line| line.starts_with("Total:"))
            .unwrap_or_default();
        ensure!(
            !passed.starts_with("Total: 0 "),
            "{generation} {more:?} tried nothing\n{said}"
        );
    }
    stack.finish().await
}

#[tokio::test]
async fn the_product_passes_what_needs_nothing_of_the_suites() -> Result<()> {
    let Some(suite) = Suite::offered()? else {
        return Ok(());
    };
    let quick = ("POSTERN__MCP__READS_PER_MINUTE", "0");
    let Some(stack) = Stack::embedded().with(quick.0, quick.1).start().await? else {
        return Ok(());
    };
    let Furnished { key, .. } = stack.furnish()?;
    let url = format!("{}/mcp/{key}", stack.mcp_url());
    for scenario in OF_THE_PRODUCT {
        let results = suite.results.path().join(scenario);
        let folder = results.to_str().context("a folder without a name")?;
        let (is_content, said) = suite
            .run("next", &url, &["--scenario", scenario, "-o", folder])
            .await?;
        if !is_content {
            let failed = failed(&results)?;
            let untestable = |check: &Value| {
                let why = check["errorMessage"].as_str().unwrap_or_default();
                why.starts_with("Not testable")
                    || why.starts_with("Untestable")
                    || check["details"]["untestable"] == true
            };
            ensure!(
                !failed.is_empty() && failed.iter().all(untestable),
                "{scenario}: {failed:#?}\n{said}"
            );
        }
    }
    stack.finish().await
}

/// The checks that failed, from the results that the suite left.
fn failed(folder: &Path) -> Result<Vec<Value>> {
    let mut failed = Vec::new();
    for file in files(folder)? {
        let checks: Value = serde_json::from_slice(&std::fs::read(&file)?)?;
        let checks = checks.as_array().cloned().unwrap_or_default();
        failed.extend(checks.into_iter().filter(|check| check["status"] == "FAILURE"));
    }
    Ok(failed)
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else if path.file_name().is_some_and(|name| name == "checks.json") {
            found.push(path);
        }
    }
    Ok(found)
}
