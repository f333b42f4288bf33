//! `postern channel`: connecting and listing channels.

use anyhow::{Context, Result, anyhow, bail};
use clap::{Args, Subcommand};
use postern_domain::channel::{ConnectAnswer, ConnectRequest, ConnectStep, Health};
use postern_domain::manifest::ProviderId;
use postern_domain::ports::Channels;
use postern_domain::secret::Secret;
use postern_domain::value::{Settings, Value};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use url::Url;

use super::beside::{Desk, refused, say};
use super::key::Within;

/// Connect and list channels.
#[derive(Debug, Subcommand)]
pub(crate) enum Channel {
    /// Connect a channel by credentials, or any channel of the sandbox; prints its id.
    Add(Add),
    /// List channels.
    List {
        /// As JSON.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        within: Within,
    },
}

/// Connect a channel.
#[derive(Debug, Args)]
pub(crate) struct Add {
    /// The provider, for example bluesky.
    provider: String,
    /// A field of the provider's form, key=value; may be repeated.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    set: Vec<String>,
    /// Connect at the sandbox of the running server, consent included.
    #[arg(long)]
    sandbox: bool,
    /// The account at the sandbox.
    #[arg(long, default_value = "ada")]
    account: String,
    #[command(flatten)]
    within: Within,
}

pub(crate) async fn channel(desk: Desk, channel: Channel) -> Result<()> {
    match channel {
        Channel::Add(add) => self::add(&desk, add).await,
        Channel::List { json, within } => list(&desk, json, &within).await,
    }
}

async fn add(desk: &Desk, add: Add) -> Result<()> {
    let actor = desk.actor(add.within.workspace.as_deref()).await?;
    let mut fields = fields(&add.set)?;
    if add.sandbox {
        let sandbox = desk.process.sandbox.clone();
        let sandbox =
            sandbox.ok_or_else(|| anyhow!("no server with --sandbox runs on this data directory"))?;
        fill_in(&mut fields, &add, &sandbox);
    }
    let request = ConnectRequest {
        provider: ProviderId::new(add.provider.as_str()),
        fields,
        reconnect: None,
    };
    let channel = match desk
        .core
        .app
        .connect(&actor, request)
        .await
        .map_err(|error| refused(&error))?
    {
        ConnectStep::Done(channel) => *channel,
        ConnectStep::Redirect { url, .. } if add.sandbox => {
            let answer = consent(&url, &add.account).await?;
            let provider = ProviderId::new(add.provider.as_str());
            desk.core
                .app
                .finish_connect(provider, answer)
                .await
                .map_err(|error| refused(&error))?
        }
        ConnectStep::Redirect { .. } => {
            bail!(
                "{} is connected in a browser: open Channels in the web UI",
                add.provider
            )
        }
    };
    say(&channel.id.to_string())
}

fn fields(set: &[String]) -> Result<Settings> {
    set.iter()
        .map(|pair| {
            let (key, value) = pair
                .split_once('=')
                .ok_or_else(|| anyhow!("--set {pair}: give it as key=value"))?;
            Ok((key.to_owned(), Value::from(value)))
        })
        .collect()
}

/// The sandbox takes any account with the password `sandbox`.
fn fill_in(fields: &mut Settings, add: &Add, sandbox: &str) {
    let usual = match add.provider.as_str() {
        "bluesky" => vec![
            ("service", format!("{sandbox}/bluesky")),
            ("identifier", format!("{}.test", add.account)),
            ("password", "sandbox".to_owned()),
        ],
        "mastodon" => vec![("instance", format!("{sandbox}/mastodon"))],
        _ => Vec::new(),
    };
    for (key, value) in usual {
        fields.entry(key.to_owned()).or_insert_with(|| Value::Text(value));
    }
}

/// Approves on the sandbox's consent page and reads where it sends the browser.
async fn consent(url: &str, account: &str) -> Result<ConnectAnswer> {
    let mut url = Url::parse(url).context("consent page")?;
    url.query_pairs_mut().append_pair("sandbox_account", account);
    let location = location_of(&url).await?;
    let back = url.join(&location).context("redirect of the sandbox")?;
    let field = |names: [&str; 2]| {
        back.query_pairs()
            .find(|(key, _)| names.contains(&key.as_ref()))
            .map(|(_, value)| value.into_owned())
    };
    Ok(ConnectAnswer {
        state: field(["state", "oauth_token"]).ok_or_else(|| anyhow!("the sandbox gave no state back"))?,
        code: field(["code", "oauth_verifier"]).map(Secret::new),
        error: field(["error", "denied"]),
    })
}

/// One plain request to this machine; the answer's `Location`.
async fn location_of(url: &Url) -> Result<String> {
    let (host, port) = (
        url.host_str().unwrap_or("127.0.0.1"),
        url.port_or_known_default().unwrap_or(80),
    );
    let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
    let mut stream = tokio::net::TcpStream::connect((host, port))
        .await
        .context("sandbox")?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.take(64 * 1024).read_to_string(&mut answer).await?;
    let head = answer.split("\r\n\r\n").next().unwrap_or_default();
    head.lines()
        .find_map(|line| {
            line.split_once(':')
                .filter(|(name, _)| name.eq_ignore_ascii_case("location"))
        })
        .map(|(_, value)| value.trim().to_owned())
        .ok_or_else(|| {
            anyhow!(
                "the sandbox did not redirect: {}",
                head.lines().next().unwrap_or_default()
            )
        })
}

async fn list(desk: &Desk, json: bool, within: &Within) -> Result<()> {
    let actor = desk.actor(within.workspace.as_deref()).await?;
    let channels = desk
        .core
        .app
        .channels(&actor, None)
        .await
        .map_err(|error| refused(&error))?;
    if json {
        let rows: Vec<serde_json::Value> = channels
            .iter()
            .map(|channel| {
                let (health, reason) = match &channel.health {
                    Health::Connected => ("connected", None),
                    Health::NeedsReconnect { reason, .. } => ("needs_reconnect", Some(reason)),
                };
                serde_json::json!({
                    "id": channel.id.to_string(),
                    "provider": channel.provider.as_str(),
                    "name": channel.name,
                    "handle": channel.handle,
                    "health": health,
                    "reason": reason,
                    "disabled": channel.disabled,
                })
            })
            .collect();
        return say(&serde_json::to_string_pretty(&rows)?);
    }
    for channel in channels {
        say(&format!(
            "{}  {:<12} {}",
            channel.id,
            channel.provider.as_str(),
            channel.handle
        ))?;
    }
    Ok(())
}
