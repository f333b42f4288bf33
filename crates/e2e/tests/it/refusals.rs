//! Bad input: every refusal names the field and the fix, and nothing is stored.

use anyhow::{Context, Result, ensure};
use postern_e2e::{Furnished, Http, Mcp, Stack};
use serde_json::{Value, json};

use crate::asking::{scheduled, social_post};
use crate::rest::{PIXEL, uploaded};

/// Longer than Mastodon takes.
const LONG: usize = 501;

/// A refusal: its code, and the end of the field that it names.
struct Want {
    code: &'static str,
    field: &'static str,
}

const fn want(code: &'static str, field: &'static str) -> Want {
    Want { code, field }
}

#[tokio::test]
async fn every_refusal_names_the_field_and_the_fix_and_stores_nothing() -> Result<()> {
    let Some(stack) = Stack::embedded().start().await? else {
        return Ok(());
    };
    let furnished = stack.furnish()?;
    let reader = stack.command_line().key_for("posts:read,channels:read")?;
    over_rest(&stack.rest(&furnished.key)?, &furnished)
        .await
        .context("REST")?;
    over_rest_without_rights(&stack, &reader)
        .await
        .context("REST without rights")?;
    over_mcp(&stack.mcp(&furnished.key)?, &furnished)
        .await
        .context("MCP")?;
    over_mcp_without_rights(&stack.mcp(&reader)?, &furnished)
        .await
        .context("MCP without rights")?;
    let posts = stack.command_line().posts()?;
    ensure!(posts.is_empty(), "stored although refused: {posts:#?}");
    ensure!(
        stack.sim().journal().await?.is_empty(),
        "published although refused"
    );
    naive_times_are_refused_by_our_own_tools(&stack, &furnished).await?;
    stack.finish().await
}

fn body(channel: &str, text: &str, kind: &str, date: &str) -> Value {
    json!({ "type": kind, "date": date, "shortLink": false, "tags": [], "posts": [
        { "integration": { "id": channel }, "value": [{ "content": text, "image": [] }], "settings": {} },
    ] })
}

async fn over_rest(rest: &Http, furnished: &Furnished) -> Result<()> {
    let channel = furnished.channels["mastodon"].as_str();
    let long = "a".repeat(LONG);
    let future = "2099-12-31T09:00:00Z";
    for (name, body, wanted) in [
        (
            "unknown channel",
            body("chn_01hzzzzzzzzzzzzzzzzzzzzzzz", "a", "schedule", future),
            want("unknown_channel", "integration.id"),
        ),
        (
            "long text",
            body(channel, &long, "schedule", future),
            want("text_too_long", "content"),
        ),
        (
            "past date",
            body(channel, "a", "schedule", "2020-01-01T00:00:00Z"),
            want("publish_time_passed", "date"),
        ),
        (
            "no date",
            body(channel, "a", "schedule", "tomorrow"),
            want("time_malformed", "date"),
        ),
        (
            "no text",
            body(channel, "", "schedule", future),
            want("content_empty", "content"),
        ),
    ] {
        let answer = rest
            .post("/posts", &body)
            .await?
            .expect(400)
            .with_context(|| name)?;
        told_over_rest(&answer, &wanted).with_context(|| name)?;
    }
    let broken = rest
        .request(reqwest::Method::POST, "/posts")
        .header("content-type", "application/json");
    let answer = rest.send(broken.body("{\"type\": ")).await?.expect(400)?;
    ensure!(
        answer["code"] == "malformed" && answer["fix"].is_string(),
        "{answer:#}"
    );

    let answer = uploaded(rest, "notes.png", b"only words").await?.expect(400)?;
    ensure!(answer["code"] == "media_type_unsupported", "{answer:#}");
    let answer = rest
        .post("/upload-from-url", &json!({ "url": "https://127.0.0.1/a.png" }))
        .await?
        .expect(400)?;
    ensure!(answer["code"] == "url_refused", "{answer:#}");
    Ok(())
}

fn told_over_rest(answer: &Value, wanted: &Want) -> Result<()> {
    let first = &answer["errors"][0];
    let field = first["field"].as_str().unwrap_or_default();
    let fix = first["fix"].as_str().unwrap_or_default();
    ensure!(
        first["code"] == wanted.code && field.ends_with(wanted.field) && !fix.is_empty(),
        "{answer:#}"
    );
    Ok(())
}

async fn over_rest_without_rights(stack: &Stack, reader: &str) -> Result<()> {
    let body = body(
        "chn_01hzzzzzzzzzzzzzzzzzzzzzzz",
        "a",
        "now",
        "2099-12-31T09:00:00Z",
    );
    let answer = stack.rest(reader)?.post("/posts", &body).await?.expect(403)?;
    ensure!(
        answer["code"] == "scope_missing" && answer.to_string().contains("posts:write"),
        "{answer:#}"
    );
    let answer = uploaded(&stack.rest(reader)?, "pixel.png", &PIXEL)
        .await?
        .expect(403)?;
    ensure!(answer.to_string().contains("media:write"), "{answer:#}");
    let answer = stack
        .rest("nobody's key")?
        .get("/integrations")
        .await?
        .expect(401)?;
    ensure!(answer["code"] == "unauthenticated", "{answer:#}");
    Ok(())
}

async fn over_mcp(mcp: &Mcp, furnished: &Furnished) -> Result<()> {
    let channel = furnished.channels["mastodon"].as_str();
    let long = "a".repeat(LONG);
    let future = "2099-12-31T09:00:00";
    for (name, post, wanted) in [
        (
            "unknown channel",
            social_post("chn_01hzzzzzzzzzzzzzzzzzzzzzzz", "a", "schedule", future),
            want("unknown_channel", "integrationId"),
        ),
        (
            "long text",
            social_post(channel, &long, "schedule", future),
            want("text_too_long", "content"),
        ),
        (
            "past date",
            social_post(channel, "a", "schedule", "2020-01-01T00:00:00"),
            want("publish_time_passed", "date"),
        ),
        (
            "no date",
            social_post(channel, "a", "schedule", "tomorrow"),
            want("time_malformed", "date"),
        ),
        (
            "no text",
            social_post(channel, "", "schedule", future),
            want("content_empty", "content"),
        ),
        (
            "no such kind",
            social_post(channel, "a", "perhaps", future),
            want("malformed", "type"),
        ),
    ] {
        let result = mcp
            .call("integrationSchedulePostTool", &json!({ "socialPost": [post] }))
            .await?;
        told_over_mcp(&result, &wanted).with_context(|| name)?;
    }
    // One channel is fine, one is not: neither is stored.
    let both = [
        social_post(channel, "fine", "schedule", future),
        social_post(&furnished.channels["x"], &long, "schedule", "2099-12-30T09:00:00"),
    ];
    let result = mcp
        .call("integrationSchedulePostTool", &json!({ "socialPost": both }))
        .await?;
    told_over_mcp(&result, &want("text_too_long", "content")).context("one of two")?;

    let answer = mcp.send("{\"jsonrpc\": ".to_owned()).await?;
    let told = answer.json()?;
    ensure!(
        answer.status == 400 && told["error"]["code"] == -32700,
        "{}: {told}",
        answer.status
    );
    Ok(())
}

/// The compatible tool tells what a platform's rules refuse in its output, all else as an error.
fn told_over_mcp(result: &Value, wanted: &Want) -> Result<()> {
    let facts = &result["structuredContent"];
    let error = if facts["error"].is_object() {
        &facts["error"]
    } else {
        &facts["refusal"]
    };
    let first = &error["problems"][0];
    let field = first["path"].as_str().unwrap_or_default();
    let fix = first["fix"].as_str().unwrap_or_default();
    ensure!(
        first["code"] == wanted.code && field.ends_with(wanted.field) && !fix.is_empty(),
        "{result:#}"
    );
    let text = result["content"][0]["text"].as_str().unwrap_or_default();
    ensure!(text.contains("Fix: "), "{text}");
    Ok(())
}

async fn over_mcp_without_rights(mcp: &Mcp, furnished: &Furnished) -> Result<()> {
    let post = social_post(&furnished.channels["mastodon"], "a", "now", "");
    let result = mcp
        .call("integrationSchedulePostTool", &json!({ "socialPost": [post] }))
        .await?;
    let text = result.to_string();
    ensure!(
        result["isError"] == true && text.contains("posts:write"),
        "{result:#}"
    );
    Ok(())
}

async fn naive_times_are_refused_by_our_own_tools(stack: &Stack, furnished: &Furnished) -> Result<()> {
    let mcp = stack.mcp(&furnished.key)?;
    let draft = social_post(
        &furnished.channels["mastodon"],
        "a draft",
        "draft",
        "2099-12-31T09:00:00",
    );
    let ids = scheduled(&mcp, &json!({ "socialPost": [draft] })).await?;
    let change = json!({ "id": ids[0], "publish_at": "2099-12-31T10:00:00" });
    let result = mcp.call("update_post", &change).await?;
    told_over_mcp(&result, &want("time_naive", "publish_at"))
}
