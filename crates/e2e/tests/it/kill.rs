//! A worker that dies between the platform's acceptance and its answer.

use std::time::Duration;

use anyhow::{Result, ensure};
use postern_e2e::{PLATFORMS, Stack};
use serde_json::json;

use crate::asking::{on_each, scheduled, text_on};

/// Longer than the test takes: nobody hears this answer.
const NEVER: u64 = 600_000;

#[tokio::test]
async fn a_commit_whose_answer_died_with_its_worker_is_found_and_never_repeated() -> Result<()> {
    let Some(mut stack) = Stack::split().with_short_leases().start().await? else {
        return Ok(());
    };
    let furnished = stack.furnish()?;
    for platform in PLATFORMS {
        stack
            .sim()
            .fault(platform, "commit", "hold_answer", 1, NEVER)
            .await?;
    }
    let mcp = stack.mcp(&furnished.key)?;
    let arguments = on_each(&furnished.channels, "the answer is lost", "now", "");
    scheduled(&mcp, &arguments).await?;

    // The platforms have accepted all four, and none has answered.
    let before = stack
        .sim()
        .holds(PLATFORMS.len(), Duration::from_secs(30))
        .await?;
    stack.kill("worker")?;
    let posts = stack.command_line().posts()?;
    ensure!(posts.len() == 1, "{posts:#?}");
    for publication in posts[0]["publications"].as_array().into_iter().flatten() {
        ensure!(publication["state"] == "armed", "{publication:#}");
    }

    stack.restart("worker").await?;
    let post = posts[0]["id"].as_str().unwrap_or_default();
    let settled = stack
        .settled(post, &["published"], Duration::from_secs(90))
        .await?;
    for platform in PLATFORMS {
        let copies = stack
            .sim()
            .copies(platform, &text_on(platform, "the answer is lost"))
            .await?;
        ensure!(copies.len() == 1, "{platform}: {copies:#?}");
        let url = settled[platform]["url"].as_str().unwrap_or_default();
        ensure!(!url.is_empty(), "{platform} has no link: {:#}", settled[platform]);
    }
    let after = stack.sim().journal().await?;
    ensure!(after == before, "before {before:#?}, after {after:#?}");
    stack.finish().await
}

#[tokio::test]
async fn what_no_platform_can_tell_waits_for_a_person() -> Result<()> {
    let Some(mut stack) = Stack::split().with_short_leases().start().await? else {
        return Ok(());
    };
    let furnished = stack.furnish()?;
    let mcp = stack.mcp(&furnished.key)?;
    stack
        .sim()
        .fault("linkedin", "comment", "hold_answer", 1, NEVER)
        .await?;
    let channel = &furnished.channels["linkedin"];
    let part = |text: &str| json!({ "content": format!("<p>{text}</p>"), "attachments": [] });
    let arguments = json!({ "socialPost": [{
        "integrationId": channel, "isPremium": false, "date": "", "shortLink": false, "type": "now",
        "postsAndComments": [part("a post"), part("its comment")], "settings": [],
    }] });
    let ids = scheduled(&mcp, &arguments).await?;

    stack.sim().holds(2, Duration::from_secs(30)).await?;
    stack.kill("worker")?;
    stack.restart("worker").await?;
    let posts = stack.command_line().posts()?;
    let post = posts[0]["id"].as_str().unwrap_or_default();
    stack
        .settled(post, &["unconfirmed"], Duration::from_mins(1))
        .await?;
    let journal = stack.sim().journal().await?;
    ensure!(journal.len() == 2, "{journal:#?}");

    let answer = json!({ "id": ids[0], "outcome": "published" });
    let result = mcp.call("resolve_post", &answer).await?;
    ensure!(result["isError"] != json!(true), "{result:#}");
    stack
        .settled(post, &["published"], Duration::from_secs(20))
        .await?;
    ensure!(
        stack.sim().journal().await? == journal,
        "something was sent again"
    );
    stack.finish().await
}
