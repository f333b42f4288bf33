//! What tests ask of the compatible tools, and when.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result};
use postern_domain::Timestamp;
use postern_e2e::{Mcp, Sdk};
use serde_json::{Value, json};

/// One element of `socialPost`: a text on a channel.
pub(crate) fn social_post(channel: &str, text: &str, kind: &str, date: &str) -> Value {
    json!({
        "integrationId": channel,
        "isPremium": false,
        "date": date,
        "shortLink": false,
        "type": kind,
        "postsAndComments": [{ "content": format!("<p>{text}</p>"), "attachments": [] }],
        "settings": [],
    })
}

/// The arguments of `integrationSchedulePostTool` for one text of its own on each channel.
pub(crate) fn on_each(
    channels: &BTreeMap<&'static str, String>,
    name: &str,
    kind: &str,
    date: &str,
) -> Value {
    let posts = channels
        .iter()
        .map(|(platform, channel)| social_post(channel, &text_on(platform, name), kind, date));
    json!({ "socialPost": posts.collect::<Vec<_>>() })
}

/// The text of `name` on a platform.
pub(crate) fn text_on(platform: &str, name: &str) -> String {
    format!("{name}, written once for {platform}")
}

/// A whole second in UTC without a zone, as the compatible tools want it, at least `ahead` from the server's now.
pub(crate) fn date_ahead(now: &Value, ahead: Duration) -> Result<String> {
    let now = now["utc"]
        .as_str()
        .and_then(|text| Timestamp::parse(text).ok())
        .context("no time")?;
    let at = now.plus(ahead).plus(Duration::from_millis(999));
    Ok(Timestamp::from_secs(at.as_secs()).to_bare_utc())
}

/// The window of a day to both sides of the server's now, for `postsListTool`.
pub(crate) fn around(now: &Value) -> Result<Value> {
    let day = Duration::from_hours(24);
    let here = now["utc"]
        .as_str()
        .and_then(|text| Timestamp::parse(text).ok())
        .context("no time")?;
    Ok(json!({ "startDate": here.minus(day).to_bare_utc(), "endDate": here.plus(day).to_bare_utc() }))
}

/// The server's time, asked through the SDK.
pub(crate) async fn server_time(sdk: &mut Sdk) -> Result<Value> {
    sdk.facts("server_time", &json!({})).await
}

/// Calls the compatible tool and gives the ids of the publications in the order of the call.
pub(crate) async fn scheduled(mcp: &Mcp, arguments: &Value) -> Result<Vec<String>> {
    let result = mcp.call("integrationSchedulePostTool", arguments).await?;
    ids_of(&result["structuredContent"]).with_context(|| result.to_string())
}

/// The ids in the answer of `integrationSchedulePostTool`.
pub(crate) fn ids_of(facts: &Value) -> Result<Vec<String>> {
    let made = facts["output"]
        .as_array()
        .with_context(|| format!("no posts were made: {facts}"))?;
    let ids = made
        .iter()
        .map(|post| post["postId"].as_str().map(str::to_owned).context("no id"));
    ids.collect()
}
