//! What people ask their assistants for, each in one or two calls.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use postern_domain::Timestamp;
use postern_domain::time::Zone;
use postern_e2e::{Furnished, Mcp, Stack, until};
use serde_json::{Value, json};

use crate::asking::{around, social_post};

/// The zone in which the asking person lives.
const ZONE: &str = "America/New_York";

/// An assistant that counts its calls.
struct Assistant {
    mcp: Mcp,
    calls: usize,
}

impl Assistant {
    /// Calls a tool that must not refuse.
    async fn call(&mut self, tool: &str, arguments: Value) -> Result<Value> {
        self.calls += 1;
        let result = self.mcp.call(tool, &arguments).await?;
        if result["isError"] == true {
            bail!("{tool} refused: {result:#}");
        }
        Ok(result["structuredContent"].clone())
    }

    /// What was asked for is done; it may have taken two calls.
    fn done(&mut self, what: &str) -> Result<()> {
        let calls = std::mem::take(&mut self.calls);
        ensure!((1..=2).contains(&calls), "{what} took {calls} calls");
        Ok(())
    }
}

/// So many days from now at an hour of the asking person's clock, as they would write it.
fn at(now: &Value, days: i32, hour: i8) -> Result<String> {
    let now = now["utc"]
        .as_str()
        .and_then(|text| Timestamp::parse(text).ok())
        .context("no time")?;
    let zone = Zone::parse(ZONE)?;
    let day = now
        .plus(Duration::from_hours(24) * u32::try_from(days)?)
        .in_zone(&zone)
        .date();
    Ok(format!("{day}T{hour:02}:00"))
}

#[tokio::test]
async fn the_examples_of_the_guide_take_one_or_two_calls_each() -> Result<()> {
    let Some(stack) = Stack::embedded().start().await? else {
        return Ok(());
    };
    let Furnished { key, channels } = stack.furnish()?;
    let mut assistant = Assistant {
        mcp: stack.mcp(&key)?,
        calls: 0,
    };
    let now = assistant.call("server_time", json!({})).await?;
    assistant.done("the time")?;
    plans(&mut assistant, &now).await?;
    publishes_at_once(&stack, &mut assistant, &channels).await?;
    looks(&mut assistant, &now).await?;
    stack.finish().await
}

/// One post, one with a picture, one that returns, and five in a row.
async fn plans(assistant: &mut Assistant, now: &Value) -> Result<()> {
    let tomorrow = at(now, 1, 9)?;
    let one = json!([{ "channels": ["twitter"], "content": "Hello from tomorrow", "publish_at": tomorrow }]);
    let stored = assistant
        .call("bulk_schedule", json!({ "posts": one, "zone": ZONE }))
        .await?;
    ensure!(stored["posts"][0]["publish_at"]["utc"].is_string(), "{stored:#}");
    assistant.done("a single post")?;

    let place = assistant
        .call("create_media_upload", json!({ "name": "pixel.png" }))
        .await?;
    let id = upload(place["upload_url"].as_str().context("no place")?).await?;
    let picture = json!([{
        "channels": ["mastodon"],
        "content": "With a picture",
        "attachments": [{ "file": id, "alt": "One pixel" }],
        "publish_at": at(now, 2, 10)?,
    }]);
    let stored = assistant
        .call("bulk_schedule", json!({ "posts": picture, "zone": ZONE }))
        .await?;
    ensure!(stored["status"] == "stored", "{stored:#}");
    assistant.done("a post with a picture")?;

    let daily = json!([{
        "channels": ["bluesky"],
        "content": "Good morning",
        "publish_at": at(now, 1, 8)?,
        "repeat": { "frequency": "daily" },
    }]);
    let stored = assistant
        .call("bulk_schedule", json!({ "posts": daily, "zone": ZONE }))
        .await?;
    let id = stored["posts"][0]["id"].as_str().context("no id")?.to_owned();
    assistant.done("a post that returns daily at 8")?;
    let post = assistant.call("get_post", json!({ "id": id })).await?;
    ensure!(post["post"]["recurrence"].is_string(), "{post:#}");
    assistant.done("looking at it")?;

    let five: Vec<_> = (1..=5)
        .map(|part| json!({ "channels": ["linkedin"], "content": format!("Part {part}") }))
        .collect();
    let arguments = json!({ "posts": five, "first_at": at(now, 1, 9)?, "zone": ZONE });
    let stored = assistant.call("bulk_schedule", arguments).await?;
    let times: Vec<_> = stored["posts"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|post| post["publish_at"]["utc"].as_str())
        .collect();
    ensure!(times.len() == 5 && times.is_sorted(), "{stored:#}");
    assistant.done("five posts, one per day at 9")
}

/// The same text on several platforms, now.
async fn publishes_at_once(
    stack: &Stack,
    assistant: &mut Assistant,
    channels: &std::collections::BTreeMap<&'static str, String>,
) -> Result<()> {
    let posts: Vec<_> = channels
        .values()
        .map(|channel| social_post(channel, "Out now everywhere", "now", ""))
        .collect();
    assistant
        .call("integrationSchedulePostTool", json!({ "socialPost": posts }))
        .await?;
    assistant.done("a post on several platforms")?;
    until("it is out on all of them", Duration::from_secs(40), async || {
        let mut out = 0;
        for platform in channels.keys() {
            out += stack.sim().copies(platform, "Out now everywhere").await?.len();
        }
        Ok((out == channels.len()).then_some(()))
    })
    .await
}

/// What is planned, what is to be cancelled, and how the last posts did.
async fn looks(assistant: &mut Assistant, now: &Value) -> Result<()> {
    let mut window = around(now)?;
    window["endDate"] = json!(
        now["utc"]
            .as_str()
            .and_then(|text| Timestamp::parse(text).ok())
            .context("no time")?
            .plus(Duration::from_hours(24 * 7))
            .to_bare_utc()
    );
    let listed = assistant.call("postsListTool", window).await?;
    let queued = listed["output"]["posts"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|post| post["state"] == "QUEUE")
        .count();
    ensure!(queued >= 8, "{listed:#}");
    let counted = assistant
        .call("schedule_summary", json!({ "days": 8, "zone": ZONE }))
        .await?;
    // What is just being published still counts as queued in the list, and not as planned in the summary.
    ensure!(counted["scheduled"] == 8, "{counted:#}");
    assistant.done("the posts of this week")?;

    let nine = json!({ "channel": "twitter", "publish_at": at(now, 1, 9)?, "zone": ZONE });
    let cancelled = assistant.call("cancel_post", nine).await?;
    ensure!(
        cancelled["post"]["channels"][0]["state"] == "cancelled",
        "{cancelled:#}"
    );
    assistant.done("cancelling tomorrow's 9 AM post on Twitter")?;

    until("the last posts are known", Duration::from_secs(20), async || {
        assistant.calls = 0;
        let last = assistant.call("post_analytics", json!({ "last": 10 })).await?;
        let posts = last["posts"].as_array().cloned().unwrap_or_default();
        ensure!(last["collected"] == false, "figures from nowhere: {last:#}");
        let is_told = posts
            .iter()
            .all(|post| post["note"] == "No analytics data available for this post yet");
        ensure!(is_told, "{last:#}");
        Ok((posts.len() == 4).then_some(()))
    })
    .await?;
    assistant.done("the analytics of the last 10 posts")
}

/// Puts one pixel where the tool said, and gives the id of the file.
async fn upload(url: &str) -> Result<String> {
    const PIXEL: &str =
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";
    let bytes = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, PIXEL)?;
    let (server, path) = url.split_once("/api/").context("an address of the API")?;
    let http = postern_e2e::Http::new(server)?;
    let request = http
        .request(reqwest::Method::PUT, &format!("/api/{path}"))
        .body(bytes);
    let answer = http.send(request).await?;
    let file = answer.json()?;
    file["id"]
        .as_str()
        .map(str::to_owned)
        .with_context(|| file.to_string())
}
