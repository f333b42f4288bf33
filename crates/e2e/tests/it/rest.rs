//! The compatible REST API: upload, create, list, delete, as a script does it.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use postern_e2e::{Answer, Furnished, Http, PLATFORMS, Stack, until};
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

/// One transparent pixel as PNG.
pub(crate) const PIXEL: [u8; 67] = [
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x00,
    0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x06, 0x00, 0x00, 0x00, 0x1f, 0x15, 0xc4, 0x89, 0x00,
    0x00, 0x00, 0x0a, 0x49, 0x44, 0x41, 0x54, 0x78, 0x9c, 0x63, 0x00, 0x01, 0x00, 0x00, 0x05, 0x00, 0x01,
    0x0d, 0x0a, 0x2d, 0xb4, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];

/// A window that every test lies in.
const ALWAYS: &str = "/posts?startDate=2020-01-01T00:00:00Z&endDate=2100-01-01T00:00:00Z";

const TEXT: &str = "a picture, sent by a script";

#[tokio::test]
async fn an_uploaded_picture_goes_out_with_its_words_on_all_four_in_one_process() -> Result<()> {
    match Stack::embedded().start().await? {
        Some(stack) => a_picture_goes_out(stack).await,
        None => Ok(()),
    }
}

#[tokio::test]
async fn an_uploaded_picture_goes_out_with_its_words_on_all_four_in_five_processes() -> Result<()> {
    match Stack::split().start().await? {
        Some(stack) => a_picture_goes_out(stack).await,
        None => Ok(()),
    }
}

async fn a_picture_goes_out(stack: Stack) -> Result<()> {
    let furnished = stack.furnish()?;
    let rest = stack.rest(&furnished.key)?;
    ensure!(rest.get("/is-connected").await?.expect(200)? == json!({ "connected": true }));
    let channels = rest.get("/integrations").await?.expect(200)?;
    ensure!(
        channels.as_array().map(Vec::len) == Some(PLATFORMS.len()),
        "{channels:#}"
    );

    let file = uploaded(&rest, "pixel.png", &PIXEL).await?.expect(201)?;
    let path = file["path"].as_str().context("no path")?;
    let bytes = served(&rest, path).await?;
    ensure!(bytes == PIXEL, "{path} serves {} bytes", bytes.len());

    let image = json!([{ "id": file["id"], "path": path, "alt": "a dot" }]);
    let made = rest
        .post("/posts", &body(&furnished, "now", "2026-01-01T00:00:00Z", &image))
        .await?
        .expect(201)?;
    ensure!(made.as_array().map(Vec::len) == Some(PLATFORMS.len()), "{made:#}");
    until(
        "all four are listed as published",
        Duration::from_secs(40),
        async || {
            let posts = listed(&rest).await?;
            let out = posts
                .iter()
                .filter(|post| post["state"] == "PUBLISHED" && post["releaseURL"].is_string());
            Ok((out.count() == PLATFORMS.len()).then_some(()))
        },
    )
    .await?;
    for platform in PLATFORMS {
        let copies = stack.sim().copies(platform, TEXT).await?;
        ensure!(copies.len() == 1, "{platform}: {copies:#?}");
        let media = json!([{ "alt": "a dot", "bytes": PIXEL.len(), "type": "image/png" }]);
        ensure!(
            copies[0]["media"] == media,
            "{platform} shows {:#}",
            copies[0]["media"]
        );
    }
    deleted_posts_stay_home(&stack, &furnished, &rest).await?;
    stack.finish().await
}

async fn deleted_posts_stay_home(stack: &Stack, furnished: &Furnished, rest: &Http) -> Result<()> {
    let before = stack.sim().journal().await?;
    let body = body(furnished, "schedule", "2099-12-31T09:00:00Z", &json!([]));
    let made = rest.post("/posts", &body).await?.expect(201)?;
    let ids: Vec<&str> = made
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|post| post["postId"].as_str())
        .collect();
    let posts = listed(rest).await?;
    let queued = |posts: &[Value]| posts.iter().filter(|post| post["state"] == "QUEUE").count();
    ensure!(queued(&posts) == PLATFORMS.len(), "{posts:#?}");
    for id in ids {
        rest.delete(&format!("/posts/{id}")).await?.expect(200)?;
    }
    let posts = listed(rest).await?;
    ensure!(queued(&posts) == 0, "{posts:#?}");
    ensure!(stack.sim().journal().await? == before, "a deleted post went out");
    Ok(())
}

/// One text on every channel, with files.
fn body(furnished: &Furnished, kind: &str, date: &str, image: &Value) -> Value {
    let posts = furnished.channels.values().map(|channel| {
        json!({ "integration": { "id": channel }, "value": [{ "content": TEXT, "image": image }], "settings": {} })
    });
    json!({ "type": kind, "date": date, "shortLink": false, "tags": [], "posts": posts.collect::<Vec<_>>() })
}

/// Sends a file as a form does.
pub(crate) async fn uploaded(rest: &Http, name: &str, bytes: &[u8]) -> Result<Answer> {
    let part = Part::bytes(bytes.to_vec()).file_name(name.to_owned());
    let form = Form::new().part("file", part);
    rest.send(rest.request(Method::POST, "/upload").multipart(form))
        .await
}

async fn listed(rest: &Http) -> Result<Vec<Value>> {
    let list = rest.get(ALWAYS).await?.expect(200)?;
    list["posts"].as_array().cloned().context("no posts")
}

/// What the public address of a file serves.
async fn served(rest: &Http, url: &str) -> Result<Vec<u8>> {
    let response = rest.absolute(Method::GET, url).send().await?;
    ensure!(response.status().is_success(), "{url}: {}", response.status());
    Ok(response.bytes().await?.to_vec())
}
