//! A restart of the embedded server, which clients do not notice.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use postern_e2e::{Door, PLATFORMS, Sdk, Stack};
use serde_json::json;

use crate::asking::{ids_of, on_each, text_on};

#[tokio::test]
async fn a_restart_keeps_everything_and_the_same_client_goes_on() -> Result<()> {
    let Some(mut stack) = Stack::embedded().start().await? else {
        return Ok(());
    };
    let furnished = stack.furnish()?;
    let Some(mut sdk) = Sdk::open(&Door::http(stack.mcp_url(), &furnished.key)).await? else {
        return stack.finish().await;
    };
    publish(
        &stack,
        &mut sdk,
        &on_each(&furnished.channels, "before", "now", ""),
    )
    .await?;
    let later = on_each(&furnished.channels, "later", "schedule", "2099-12-31T09:00:00");
    let kept = ids_of(&sdk.facts("integrationSchedulePostTool", &later).await?)?;
    let simulator = stack.sim().address().to_owned();

    stack.restart("postern").await?;
    ensure!(
        stack.sim().address() == simulator,
        "the simulator moved, and with it the addresses of its instances"
    );
    for channel in stack.command_line().channels()? {
        ensure!(channel["health"] == "connected", "{channel:#}");
    }
    let post = sdk.facts("get_post", &json!({ "id": kept[0] })).await?;
    ensure!(post.to_string().contains("scheduled"), "{post:#}");
    publish(
        &stack,
        &mut sdk,
        &on_each(&furnished.channels, "after", "now", ""),
    )
    .await?;
    for platform in PLATFORMS {
        for name in ["before", "after"] {
            let copies = stack.sim().copies(platform, &text_on(platform, name)).await?;
            ensure!(copies.len() == 1, "{name} on {platform}: {copies:#?}");
        }
    }
    sdk.close().await?;
    stack.finish().await
}

async fn publish(stack: &Stack, sdk: &mut Sdk, arguments: &serde_json::Value) -> Result<()> {
    sdk.facts("integrationSchedulePostTool", arguments).await?;
    let posts = stack.command_line().posts()?;
    let newest = posts
        .iter()
        .find(|post| post["publish_at"].as_str().is_some_and(|at| at < "2099"));
    let id = newest.and_then(|post| post["id"].as_str()).context("no post")?;
    stack
        .settled(id, &["published"], Duration::from_secs(30))
        .await
        .map(drop)
}
