//! The clients that people use, each as it comes: they connect, list and call, and show what the server says.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use postern_e2e::surroundings::{MCP_FOLDER, NODE, offered};
use postern_e2e::{Door, Furnished, Language, Sdk, Stack};
use serde_json::json;
use tokio::process::Command;
use tokio::time::timeout;

/// How long a program with a command line of its own may take.
const PATIENCE: Duration = Duration::from_secs(90);

/// The newest revision of the protocol.
const NEWEST: &str = "2026-07-28";

#[tokio::test]
async fn every_sdk_lists_and_calls_by_every_door_it_knows() -> Result<()> {
    let Some(stack) = Stack::embedded().start().await? else {
        return Ok(());
    };
    let Furnished { key, .. } = stack.furnish()?;
    let at = stack.mcp_url();
    let (http, path, sse) = (Door::http(at, &key), Door::path(at, &key), Door::sse(at, &key));
    let cases = [
        (Language::Python, http.clone().pinned(NEWEST), false),
        (Language::Python, http.clone().with_handshake(), false),
        (Language::TypeScript(1), http.clone(), false),
        (Language::TypeScript(1), path.clone(), false),
        (Language::TypeScript(1), sse.clone(), true),
        (Language::TypeScript(1), Door::fallback(at, &key), true),
        (Language::TypeScript(2), http.clone(), false),
        (Language::TypeScript(2), path.pinned(NEWEST), false),
        (Language::TypeScript(2), sse.clone(), true),
        (Language::FastMcp, http, false),
        (Language::FastMcp, sse, true),
    ];
    for (language, door, is_old) in cases {
        let Some(sdk) = Sdk::open_in(language, &door)
            .await
            .with_context(|| format!("{language:?} {door:?}"))?
        else {
            continue;
        };
        lists_and_calls(sdk, is_old)
            .await
            .with_context(|| format!("{language:?} {door:?}"))?;
    }
    stack.finish().await
}

#[tokio::test]
async fn a_bridge_from_standard_input_carries_both_transports() -> Result<()> {
    let (Some(node), Some(folder)) = (offered(NODE)?, offered(MCP_FOLDER)?) else {
        return Ok(());
    };
    let Some(stack) = Stack::embedded().start().await? else {
        return Ok(());
    };
    let Furnished { key, .. } = stack.furnish()?;
    let (at, home) = (stack.mcp_url(), tempfile::tempdir()?);
    let bridge = format!("{folder}/node_modules/mcp-remote/dist/proxy.js");
    let (http, sse) = (format!("{at}/mcp/{key}"), format!("{at}/api/mcp/{key}/sse"));
    for (url, transport, is_old) in [(http, "http-only", false), (sse, "sse-only", true)] {
        let arguments = [bridge.as_str(), &url, "--allow-http", "--transport", transport];
        let Some(sdk) = Sdk::open(&Door::program(&node, &arguments, home.path())).await? else {
            return stack.finish().await;
        };
        lists_and_calls(sdk, is_old).await.context(transport)?;
    }
    stack.finish().await
}

async fn lists_and_calls(mut sdk: Sdk, is_old: bool) -> Result<()> {
    let tools = sdk.tools().await?;
    ensure!(
        tools.iter().any(|tool| tool == "integrationSchedulePostTool"),
        "{tools:?}"
    );
    let has_first = tools.iter().any(|tool| tool == "POSTIZ_SCHEDULE_POST");
    ensure!(
        has_first == is_old,
        "the first generation's tools belong to its own address: {tools:?}"
    );
    let facts = sdk.facts("integrationList", &json!({})).await?;
    ensure!(facts["output"].as_array().map(Vec::len) == Some(4), "{facts:#}");
    let refused = sdk.call("get_post", &json!({ "id": "post_1" })).await?;
    ensure!(refused["isError"] == true, "{refused:#}");
    sdk.close().await
}

#[tokio::test]
async fn the_command_line_of_a_well_known_host_says_connected() -> Result<()> {
    let Some(folder) = offered(MCP_FOLDER)? else {
        return Ok(());
    };
    let packages = Path::new(&folder).join("node_modules/@anthropic-ai");
    let programs = ["x64", "arm64"].map(|name| packages.join(format!("claude-code-linux-{name}/claude")));
    let host = programs.into_iter().find(|program| program.exists());
    let host = host.context("no program for this processor is among the packages")?;
    let Some(stack) = Stack::embedded().start().await? else {
        return Ok(());
    };
    let Furnished { key, .. } = stack.furnish()?;
    let (at, home) = (stack.mcp_url(), tempfile::tempdir()?);
    let say = async |arguments: &[&str]| -> Result<String> {
        let mut command = Command::new(&host);
        command
            .args(arguments)
            .env("HOME", home.path())
            .env("DISABLE_AUTOUPDATER", "1")
            .current_dir(home.path())
            .kill_on_drop(true);
        let said = timeout(PATIENCE, command.output())
            .await
            .context("the host does not end")??;
        let errors = String::from_utf8_lossy(&said.stderr);
        ensure!(said.status.success(), "{arguments:?}: {}: {errors}", said.status);
        Ok(String::from_utf8_lossy(&said.stdout).into_owned())
    };
    let header = format!("Authorization: Bearer {key}");
    let (http, sse) = (format!("{at}/mcp"), format!("{at}/api/mcp/{key}/sse"));
    let wrong = format!("{at}/mcp/ptz_wrong");
    say(&[
        "mcp",
        "add",
        "--transport",
        "http",
        "one",
        &http,
        "--header",
        &header,
    ])
    .await?;
    say(&["mcp", "add", "--transport", "sse", "two", &sse]).await?;
    say(&["mcp", "add", "--transport", "http", "three", &wrong]).await?;
    let listed = say(&["mcp", "list"]).await?;
    let line = |name: &str| {
        listed
            .lines()
            .find(|line| line.starts_with(name))
            .unwrap_or_default()
    };
    for name in ["one:", "two:"] {
        ensure!(line(name).contains("Connected"), "{listed}");
    }
    ensure!(
        line("three:").contains("Copy the URL anew"),
        "the user reads what is wrong with the key: {listed}"
    );
    stack.finish().await
}
