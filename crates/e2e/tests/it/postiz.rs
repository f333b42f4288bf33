//! The command line of Postiz from npm, unmodified: every command that talks to the API, in one scripted run.

use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use postern_e2e::surroundings::{NODE, NODE_FOLDER, offered};
use postern_e2e::{PLATFORMS, Stack, until};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::Command;
use tokio::time::timeout;

use crate::rest::PIXEL;

/// How long one command may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The program with its key and a home of its own.
struct Postiz {
    node: String,
    program: PathBuf,
    api: String,
    key: String,
    home: TempDir,
}

/// What a command said.
struct Said {
    is_success: bool,
    output: String,
    errors: String,
}

impl Postiz {
    /// None where the machine has no Node with the package.
    fn new(api: &str, key: &str) -> Result<Option<Self>> {
        let (Some(node), Some(folder)) = (offered(NODE)?, offered(NODE_FOLDER)?) else {
            return Ok(None);
        };
        Ok(Some(Self {
            node,
            program: Path::new(&folder).join("node_modules/postiz/dist/index.js"),
            api: api.to_owned(),
            key: key.to_owned(),
            home: tempfile::tempdir()?,
        }))
    }

    async fn say(&self, arguments: &[&str]) -> Result<Said> {
        let mut command = Command::new(&self.node);
        command
            .arg(&self.program)
            .args(arguments)
            .env("HOME", self.home.path())
            .env("POSTIZ_API_URL", &self.api)
            .env("POSTIZ_API_KEY", &self.key)
            .current_dir(self.home.path())
            .kill_on_drop(true);
        let ended = timeout(PATIENCE, command.output()).await;
        let Output {
            status,
            stdout,
            stderr,
        } = ended.with_context(|| format!("{arguments:?} does not end"))??;
        Ok(Said {
            is_success: status.success(),
            output: String::from_utf8(stdout)?,
            errors: String::from_utf8(stderr)?,
        })
    }

    /// A command that must succeed: the JSON that it prints after its heading.
    async fn ask(&self, arguments: &[&str]) -> Result<Value> {
        let said = self.say(arguments).await?;
        ensure!(said.is_success, "{arguments:?}: {}{}", said.output, said.errors);
        let begin = said.output.find(['[', '{']);
        let json = &said.output[begin.with_context(|| format!("{arguments:?}: {}", said.output))?..];
        serde_json::from_str(json).with_context(|| format!("{arguments:?}: {}", said.output))
    }

    /// A command that must fail, with these words in what it says.
    async fn refuses(&self, arguments: &[&str], words: &[&str]) -> Result<()> {
        let said = self.say(arguments).await?;
        ensure!(!said.is_success, "{arguments:?}: {}", said.output);
        let missing = words.iter().find(|word| !said.errors.contains(**word));
        ensure!(
            missing.is_none(),
            "{arguments:?} lacks {missing:?}: {}",
            said.errors
        );
        Ok(())
    }

    fn file(&self, name: &str, content: &[u8]) -> Result<String> {
        let path = self.home.path().join(name);
        std::fs::write(&path, content)?;
        path.to_str().map(str::to_owned).context("a path in Unicode")
    }
}

#[tokio::test]
async fn every_command_of_postiz_does_its_work_in_one_process() -> Result<()> {
    match Stack::embedded().start().await? {
        Some(stack) => every_command(stack).await,
        None => Ok(()),
    }
}

#[tokio::test]
async fn every_command_of_postiz_does_its_work_in_five_processes() -> Result<()> {
    match Stack::split().start().await? {
        Some(stack) => every_command(stack).await,
        None => Ok(()),
    }
}

async fn every_command(stack: Stack) -> Result<()> {
    let furnished = stack.furnish()?;
    let api = format!("{}/api", stack.rest_url());
    let Some(postiz) = Postiz::new(&api, &furnished.key)? else {
        return stack.finish().await;
    };
    let channel = furnished.channels["mastodon"].as_str();
    knows_its_key(&postiz).await?;
    looks_at_channels(&postiz, channel).await?;
    let picture = postiz.file("pixel.png", &PIXEL)?;
    let uploaded = postiz.ask(&["upload", &picture]).await?;
    let path = uploaded["path"].as_str().context("no path")?;

    let thread = [
        "-c",
        "from the command line",
        "-m",
        path,
        "-c",
        "and a comment",
        "-d",
        "0",
    ];
    let when = ["-s", "2026-01-01T00:00:00Z", "-t", "draft", "-i", channel];
    let draft = postiz
        .ask(&[&["posts:create"], &thread[..], &when[..]].concat())
        .await?;
    let draft = draft[0]["postId"].as_str().context("no draft")?.to_owned();
    let text = "from a file of the command line";
    let body = json!({
        "type": "now", "date": "2026-01-01T00:00:00Z", "shortLink": true, "tags": [],
        "posts": [{ "integration": { "id": channel }, "value": [{ "content": text, "image": [] }] }],
    });
    let file = postiz.file("post.json", body.to_string().as_bytes())?;
    let sent = postiz.ask(&["posts:create", "--json", &file]).await?;
    let sent = sent[0]["postId"].as_str().context("no post")?.to_owned();
    until(
        "the post of the command line is out",
        Duration::from_secs(40),
        async || {
            let posts = listed(&postiz).await?;
            let out = posts
                .iter()
                .any(|post| post["id"] == sent.as_str() && post["state"] == "PUBLISHED");
            Ok(out.then_some(()))
        },
    )
    .await?;
    ensure!(
        stack.sim().copies("mastodon", text).await?.len() == 1,
        "it is not out once"
    );

    looks_back(&postiz, channel, &sent, &draft).await?;
    stack.finish().await
}

/// What is said of a post that is out, and of a draft that is thrown away.
async fn looks_back(postiz: &Postiz, channel: &str, sent: &str, draft: &str) -> Result<()> {
    ensure!(
        postiz.ask(&["posts:missing", sent]).await? == json!([]),
        "something is missing"
    );
    postiz
        .refuses(
            &["posts:connect", sent, "--release-id", "1"],
            &["404", "Post not found"],
        )
        .await?;
    ensure!(
        postiz.ask(&["analytics:platform", channel, "-d", "30"]).await? == json!([]),
        "figures"
    );
    ensure!(
        postiz.ask(&["analytics:post", sent]).await? == json!([]),
        "figures of a post"
    );
    let deleted = postiz.say(&["posts:delete", draft]).await?;
    ensure!(deleted.is_success, "{}", deleted.errors);
    ensure!(
        listed(postiz).await?.iter().all(|post| post["id"] != draft),
        "the draft stays"
    );
    postiz
        .refuses(&["posts:delete", draft], &["404", "Post not found"])
        .await?;
    Ok(())
}

async fn knows_its_key(postiz: &Postiz) -> Result<()> {
    let said = postiz.say(&["auth:status"]).await?;
    let valid = format!("{} integration(s) connected", PLATFORMS.len());
    ensure!(said.is_success && said.output.contains(&valid), "{}", said.output);
    let said = postiz.say(&["auth:logout"]).await?;
    ensure!(said.is_success, "{}", said.errors);
    let stranger = Postiz {
        node: postiz.node.clone(),
        program: postiz.program.clone(),
        api: postiz.api.clone(),
        key: "nobody".to_owned(),
        home: tempfile::tempdir()?,
    };
    let said = stranger.say(&["auth:status"]).await?;
    ensure!(said.output.contains("expired or invalid"), "{}", said.output);
    stranger
        .refuses(&["integrations:list"], &["401", r#""msg":"Invalid API key""#])
        .await
}

async fn looks_at_channels(postiz: &Postiz, channel: &str) -> Result<()> {
    let channels = postiz.ask(&["integrations:list"]).await?;
    ensure!(
        channels.as_array().map(Vec::len) == Some(PLATFORMS.len()),
        "{channels:#}"
    );
    let settings = postiz.ask(&["integrations:settings", channel]).await?;
    ensure!(settings["output"]["maxLength"].is_u64(), "{settings:#}");
    postiz
        .refuses(
            &["integrations:trigger", channel, "boards"],
            &["404", "Tool not found"],
        )
        .await?;
    let elsewhere = "chn_00000000000000000000000001";
    postiz
        .refuses(
            &["integrations:settings", elsewhere],
            &["404", "Integration not found"],
        )
        .await
}

async fn listed(postiz: &Postiz) -> Result<Vec<Value>> {
    let all = [
        "posts:list",
        "--startDate",
        "2020-01-01",
        "--endDate",
        "2100-01-01",
    ];
    let list = postiz.ask(&all).await?;
    list["posts"].as_array().cloned().context("no posts")
}
