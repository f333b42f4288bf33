//! A platform that asks for patience is asked once, and everything goes out in the end.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use postern_domain::Timestamp;
use postern_e2e::Stack;
use serde_json::{Value, json};

use crate::asking::{date_ahead, scheduled, social_post};

/// How many posts fall due at once.
const POSTS: usize = 12;

/// How many of them the platform takes within five seconds.
const TAKEN: usize = 4;

#[tokio::test]
async fn a_refused_post_makes_the_others_wait_and_all_go_out_within_the_rate() -> Result<()> {
    let plan = Stack::split().with("POSTERN__PROVIDERS__MASTODON__RATES", "channel:4/5s");
    let Some(stack) = plan.start().await? else {
        return Ok(());
    };
    let furnished = stack.furnish()?;
    let mcp = stack.mcp(&furnished.key)?;
    stack
        .sim()
        .fault("mastodon", "commit", "rate_limit", 1, 4_000)
        .await?;
    let now = mcp.call("server_time", &json!({})).await?;
    let date = date_ahead(&now["structuredContent"], Duration::from_secs(5))?;
    for number in 0..POSTS {
        let post = social_post(
            &furnished.channels["mastodon"],
            &format!("number {number}"),
            "schedule",
            &date,
        );
        scheduled(&mcp, &json!({ "socialPost": [post] })).await?;
    }
    stack.sim().holds(POSTS, Duration::from_mins(1)).await?;

    let requests = stack.sim().requests("mastodon").await?;
    let sent: Vec<&Value> = requests.iter().filter(|it| is_a_post(it)).collect();
    let (refused, taken): (Vec<&Value>, Vec<&Value>) = sent.into_iter().partition(|it| it["status"] == 429);
    ensure!(refused.len() == 1, "refused more than once: {refused:#?}");
    ensure!(taken.len() == POSTS, "{taken:#?}");
    let times = taken
        .iter()
        .map(|it| time_of(it))
        .collect::<Result<Vec<Timestamp>>>()?;
    // What is let through in one instant arrives a little apart, so a little less than the window is looked at.
    let window = Duration::from_secs(4);
    for end in &times {
        let inside = times
            .iter()
            .filter(|at| *at <= end && end.since(**at) < window)
            .count();
        ensure!(inside <= TAKEN, "{inside} within {window:?}: {times:?}");
    }
    stack.finish().await
}

fn is_a_post(request: &Value) -> bool {
    let path = request["path"].as_str().unwrap_or_default();
    request["platform"] == "mastodon" && request["method"] == "POST" && path.ends_with("/api/v1/statuses")
}

fn time_of(request: &Value) -> Result<Timestamp> {
    let text = request["at"].as_str().context("no time")?;
    Ok(Timestamp::parse(text)?)
}
