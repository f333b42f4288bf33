//! A thread that breaks off in the middle, mended from outside.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use postern_e2e::{Mcp, Stack};
use serde_json::{Value, json};

use crate::asking::scheduled;

/// More than the instance takes by the time the thread goes out, less than it took when the thread was written.
const LONG: usize = 400;

const MEND: Duration = Duration::from_secs(30);

fn texts(third: &str) -> [&str; 4] {
    ["the first", "the second", third, "the fourth"]
}

fn entries(texts: [&str; 4], files: &str) -> Value {
    let entry = |text: &str| json!({ "content": format!("<p>{text}</p>"), files: [] });
    texts.iter().map(|text| entry(text)).collect()
}

fn refusal(result: &Value) -> String {
    let text = result.to_string();
    let codes = [
        "not_retryable",
        "post_settled",
        "version_conflict",
        "not_unconfirmed",
    ];
    let told = codes.into_iter().find(|code| text.contains(code));
    told.filter(|_| result["isError"] == true)
        .unwrap_or_default()
        .to_owned()
}

async fn done(mcp: &Mcp, tool: &str, arguments: Value) -> Result<Value> {
    let result = mcp.call(tool, &arguments).await?;
    ensure!(result["isError"] != json!(true), "{tool}: {result:#}");
    Ok(result)
}

/// The chain of posts at the platform, oldest first.
async fn chain(stack: &Stack) -> Result<Vec<String>> {
    let journal = stack.sim().journal().await?;
    for (before, after) in journal.iter().zip(journal.iter().skip(1)) {
        ensure!(after["in_reply_to"] == before["id"], "{journal:#?}");
    }
    let text = |post: &Value| post["text"].as_str().map(str::to_owned).context("no text");
    journal.iter().map(text).collect()
}

#[tokio::test]
async fn a_thread_that_was_refused_at_its_third_entry_goes_on_there_once_it_is_mended() -> Result<()> {
    let Some(stack) = Stack::embedded().start().await? else {
        return Ok(());
    };
    let furnished = stack.furnish()?;
    let mcp = stack.mcp(&furnished.key)?;
    let smaller = json!({ "platform": "mastodon", "max_characters": 300 });
    stack.sim().configure(&smaller).await?;
    let long = "x".repeat(LONG);
    let ids = scheduled(
        &mcp,
        &json!({ "socialPost": [{
            "integrationId": furnished.channels["mastodon"], "isPremium": false, "date": "", "shortLink": false,
            "type": "now", "postsAndComments": entries(texts(&long), "attachments"), "settings": [],
        }] }),
    )
    .await?;
    let posts = stack.command_line().posts()?;
    let post = posts[0]["id"].as_str().context("no post")?.to_owned();
    stack.settled(&post, &["failed"], MEND).await?;
    ensure!(chain(&stack).await? == ["the first", "the second"]);

    let retry = json!({ "id": ids[0] });
    let unchanged = mcp.call("retry_post", &retry).await?;
    ensure!(refusal(&unchanged) == "not_retryable", "{unchanged:#}");
    let resolve = json!({ "id": ids[0], "outcome": "not_published" });
    let no_doubt = mcp.call("resolve_post", &resolve).await?;
    ensure!(no_doubt["isError"] == true, "{no_doubt:#}");
    let mut other = texts("short");
    other[0] = "another first";
    let edit = |texts: [&str; 4], version: &Value| {
        let mut edit = json!({ "id": ids[0], "entries": entries(texts, "attachments") });
        if version.is_u64() {
            edit["expected_version"] = version.clone();
        }
        edit
    };
    let too_late = mcp.call("update_post", &edit(other, &Value::Null)).await?;
    ensure!(refusal(&too_late) == "post_settled", "{too_late:#}");

    let read = done(&mcp, "get_post", json!({ "id": ids[0] })).await?;
    let version = &read["structuredContent"]["post"]["version"];
    done(&mcp, "update_post", edit(texts("the third"), version)).await?;
    let again = mcp
        .call("update_post", &edit(texts("another third"), version))
        .await?;
    ensure!(refusal(&again) == "version_conflict", "{again:#}");
    ensure!(
        chain(&stack).await?.len() == 2,
        "nothing is sent before somebody asks for it"
    );
    done(&mcp, "retry_post", retry).await?;
    stack.settled(&post, &["published"], MEND).await?;
    ensure!(chain(&stack).await? == texts("the third"));
    stack.finish().await
}
