//! The official Python SDK over every door, in both shapes: scheduled in words, published once.

use std::time::Duration;

use anyhow::{Result, ensure};
use postern_e2e::{Door, Furnished, PLATFORMS, Sdk, Stack, until};
use serde_json::Value;

use crate::asking::{around, date_ahead, ids_of, on_each, server_time, text_on};

/// The tools that clients rely on.
const TOOLS: [&str; 16] = [
    "integrationList",
    "groupList",
    "integrationSchema",
    "triggerTool",
    "integrationSchedulePostTool",
    "postsListTool",
    "postSettingsTool",
    "uploadFromUrlTool",
    "get_post",
    "update_post",
    "cancel_post",
    "publish_post",
    "retry_post",
    "resolve_post",
    "find_slot",
    "server_time",
];

#[tokio::test]
async fn every_door_schedules_and_publishes_once_in_one_process() -> Result<()> {
    match Stack::embedded().start().await? {
        Some(stack) => every_door(stack).await,
        None => Ok(()),
    }
}

#[tokio::test]
async fn every_door_schedules_and_publishes_once_in_one_process_over_servers() -> Result<()> {
    match Stack::monolith_pg().start().await? {
        Some(stack) => every_door(stack).await,
        None => Ok(()),
    }
}

#[tokio::test]
async fn every_door_schedules_and_publishes_once_in_five_processes() -> Result<()> {
    match Stack::split().start().await? {
        Some(stack) => every_door(stack).await,
        None => Ok(()),
    }
}

async fn every_door(stack: Stack) -> Result<()> {
    let furnished = stack.furnish()?;
    let (gateway, key) = (stack.mcp_url(), furnished.key.as_str());
    let doors = [
        ("the header", Door::http(gateway, key)),
        ("the handshake", Door::http(gateway, key).with_handshake()),
        ("the path", Door::path(gateway, key)),
        ("the event stream", Door::sse(gateway, key)),
        ("standard input", Door::stdio(stack.command_line(), key)),
    ];
    for (name, door) in doors {
        let Some(sdk) = Sdk::open(&door).await? else {
            return stack.finish().await;
        };
        schedules_and_publishes(&stack, &furnished, name, sdk).await?;
    }
    stack.finish().await
}

async fn schedules_and_publishes(
    stack: &Stack,
    furnished: &Furnished,
    name: &str,
    mut sdk: Sdk,
) -> Result<()> {
    let tools = sdk.tools().await?;
    let missing: Vec<_> = TOOLS
        .iter()
        .filter(|tool| !tools.iter().any(|it| it == *tool))
        .collect();
    ensure!(missing.is_empty(), "{name} lists no {missing:?}, only {tools:?}");

    let now = server_time(&mut sdk).await?;
    let date = date_ahead(&now, Duration::from_secs(3))?;
    let arguments = on_each(&furnished.channels, name, "schedule", &date);
    // Older clients know the tool by its other name, which is not listed.
    let tool = if name == "the handshake" {
        "schedulePostTool"
    } else {
        "integrationSchedulePostTool"
    };
    let ids = ids_of(&sdk.facts(tool, &arguments).await?)?;
    ensure!(ids.len() == PLATFORMS.len(), "{name}: {ids:?}");

    let window = around(&now)?;
    until(
        &format!("all four are published through {name}"),
        Duration::from_secs(40),
        async || {
            let listed = sdk.facts("postsListTool", &window).await?;
            let posts = listed["output"]["posts"].as_array().cloned().unwrap_or_default();
            let ours = posts
                .iter()
                .filter(|post| ids.iter().any(|id| post["id"] == id.as_str()));
            Ok((ours.filter(|post| is_published(post)).count() == ids.len()).then_some(()))
        },
    )
    .await?;
    for platform in PLATFORMS {
        let copies = stack.sim().copies(platform, &text_on(platform, name)).await?;
        ensure!(copies.len() == 1, "{name} on {platform}: {copies:#?}");
        let at = copies[0]["at"].as_str().unwrap_or_default();
        ensure!(
            at >= date.as_str(),
            "{name} on {platform} was out at {at}, before {date}"
        );
    }
    sdk.close().await
}

fn is_published(post: &Value) -> bool {
    post["state"] == "PUBLISHED"
        && post["releaseURL"]
            .as_str()
            .is_some_and(|url| url.starts_with("http"))
}
