//! Holding everything and letting it go, by the command line, REST and MCP alike.

use std::time::Duration;

use anyhow::{Result, ensure};
use postern_e2e::{PLATFORMS, Plan, Stack};
use serde_json::json;

use crate::asking::{on_each, scheduled, text_on};

const PATIENCE: Duration = Duration::from_mins(1);

#[tokio::test]
async fn a_pause_holds_and_a_resume_sends_in_one_process() -> Result<()> {
    held_and_sent(Stack::embedded()).await
}

#[tokio::test]
async fn a_pause_holds_and_a_resume_sends_in_five_processes() -> Result<()> {
    held_and_sent(Stack::split()).await
}

async fn held_and_sent(plan: Plan) -> Result<()> {
    let Some(stack) = plan.start().await? else {
        return Ok(());
    };
    let furnished = stack.furnish()?;
    let said = stack.command_line().run(&["pause"])?;
    ensure!(said.starts_with("paused  ws_"), "{said}");
    let mcp = stack.mcp(&furnished.key)?;
    scheduled(&mcp, &on_each(&furnished.channels, "held", "now", "")).await?;
    let posts = stack.command_line().posts()?;
    let post = posts[0]["id"].as_str().unwrap_or_default();
    stack.settled(post, &["held"], PATIENCE).await?;
    let rest = stack.rest(&furnished.key)?;
    let told = rest.get(&format!("/posts/{post}")).await?.expect(200)?;
    ensure!(told["posts"][0]["held"] == "workspace_paused", "{told:#}");
    let paused = rest.get("/pause").await?.expect(200)?;
    ensure!(paused["paused"][0]["scope"] == "workspace", "{paused:#}");
    ensure!(
        stack.sim().journal().await?.is_empty(),
        "something went out during the pause"
    );

    let resumed = mcp.call("pause", &json!({ "action": "resume" })).await?;
    ensure!(
        resumed["structuredContent"]["resumed"]["released"] == 4,
        "{resumed:#}"
    );
    stack.settled(post, &["published"], PATIENCE).await?;
    for platform in PLATFORMS {
        let copies = stack.sim().copies(platform, &text_on(platform, "held")).await?;
        ensure!(copies.len() == 1, "{platform}: {copies:#?}");
    }
    stack.finish().await
}
