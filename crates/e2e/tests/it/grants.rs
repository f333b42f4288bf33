//! Access that ends while posts wait: renewed once for all of them, and waited for when it cannot be.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use postern_e2e::{Furnished, Plan, Stack, until};
use serde_json::{Value, json};

use crate::asking::{date_ahead, scheduled, social_post};

/// Posts that meet the expired access at once.
const POSTS: usize = 20;

/// How long all of them may take, the platform's rest of a quarter of a minute included.
const PATIENCE: Duration = Duration::from_secs(90);

#[tokio::test]
async fn twenty_posts_with_an_expired_token_ask_for_one_renewal_in_one_process() -> Result<()> {
    one_renewal(Stack::embedded()).await
}

#[tokio::test]
async fn twenty_posts_with_an_expired_token_ask_for_one_renewal_in_five_processes() -> Result<()> {
    one_renewal(Stack::split()).await
}

#[tokio::test]
async fn a_renewal_that_is_refused_for_now_disconnects_nothing_in_one_process() -> Result<()> {
    refused_for_now(Stack::embedded()).await
}

#[tokio::test]
async fn a_renewal_that_is_refused_for_now_disconnects_nothing_in_five_processes() -> Result<()> {
    refused_for_now(Stack::split()).await
}

async fn one_renewal(plan: Plan) -> Result<()> {
    let Some(stack) = plan.with_short_leases().start().await? else {
        return Ok(());
    };
    let furnished = stack.furnish()?;
    stack
        .sim()
        .fault("bluesky", "commit", "expire_token", 1, 0)
        .await?;
    post_all(&stack, &furnished).await?;
    stack.sim().holds(POSTS, PATIENCE).await?;
    once_each(&stack).await?;
    let renewals = renewals(&stack).await?;
    ensure!(renewals.len() == 1, "{renewals:#?}");
    stack.finish().await
}

async fn refused_for_now(plan: Plan) -> Result<()> {
    let Some(stack) = plan.with_short_leases().start().await? else {
        return Ok(());
    };
    let furnished = stack.furnish()?;
    let sim = stack.sim();
    sim.fault("bluesky", "commit", "expire_token", 1, 0).await?;
    sim.fault("bluesky", "refresh", "server_error", 1, 0).await?;
    post_all(&stack, &furnished).await?;
    until("the renewal is refused", PATIENCE, async || {
        Ok((!renewals(&stack).await?.is_empty()).then_some(()))
    })
    .await?;
    let channels = stack.command_line().channels()?;
    let bluesky = channels.iter().find(|channel| channel["provider"] == "bluesky");
    let health = bluesky.context("no channel")?["health"].clone();
    ensure!(health == "connected", "{health}");
    sim.holds(POSTS, PATIENCE).await?;
    once_each(&stack).await?;
    let renewals = renewals(&stack).await?;
    ensure!(renewals.len() == 2, "{renewals:#?}");
    stack.finish().await
}

/// Plans all posts for the same second.
async fn post_all(stack: &Stack, furnished: &Furnished) -> Result<()> {
    let mcp = stack.mcp(&furnished.key)?;
    let now = mcp.call("server_time", &json!({})).await?;
    let date = date_ahead(&now["structuredContent"], Duration::from_secs(5))?;
    let channel = &furnished.channels["bluesky"];
    for number in 0..POSTS {
        let post = social_post(channel, &text(number), "schedule", &date);
        scheduled(&mcp, &json!({ "socialPost": [post] })).await?;
    }
    Ok(())
}

fn text(number: usize) -> String {
    format!("number {number} of {POSTS}")
}

async fn once_each(stack: &Stack) -> Result<()> {
    for number in 0..POSTS {
        let copies = stack.sim().copies("bluesky", &text(number)).await?;
        ensure!(copies.len() == 1, "{number}: {copies:#?}");
    }
    Ok(())
}

/// The requests for a fresh token that the platform has seen.
async fn renewals(stack: &Stack) -> Result<Vec<Value>> {
    let mut requests = stack.sim().requests("bluesky").await?;
    let is_renewal = |request: &Value| {
        let path = request["path"].as_str().unwrap_or_default();
        path.contains("com.atproto.server.refreshSession")
    };
    requests.retain(is_renewal);
    Ok(requests)
}
