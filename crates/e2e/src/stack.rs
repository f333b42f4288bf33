//! The product as a whole, running.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use tempfile::TempDir;

use crate::command_line::CommandLine;
use crate::http::Http;
use crate::mcp::Mcp;
use crate::plan::sandbox_of;
use crate::program::{Program, Recipe};
use crate::sim::Sim;
use crate::store::Store;
use crate::until::until;
use crate::wire::Wire;

/// The platforms that the simulator plays.
pub const PLATFORMS: [&str; 4] = ["mastodon", "bluesky", "x", "linkedin"];

/// How long what is under way may take to come to its end.
const SETTLING: Duration = Duration::from_secs(20);

/// How long a program may take to come back.
const COMING_BACK: Duration = Duration::from_mins(1);

/// The running product; dropping it ends it.
#[derive(Debug)]
pub struct Stack {
    pub(crate) services: Vec<Service>,
    pub(crate) doors: Doors,
    pub(crate) sim: Sim,
    pub(crate) command_line: CommandLine,
    pub(crate) store: Store,
    pub(crate) folder: TempDir,
    /// What leads to the replicas of `backend-api`, where there are several.
    #[expect(dead_code, reason = "it lies as long as the stack stands")]
    pub(crate) wire: Option<Wire>,
}

/// A program of the stack.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) name: String,
    pub(crate) url: String,
    pub(crate) program: Program,
    http: Http,
}

/// Where the doors are.
#[derive(Debug, Clone)]
pub(crate) struct Doors {
    pub(crate) rest: String,
    pub(crate) mcp: String,
    pub(crate) web: String,
}

/// An owner's account with a key and one channel of each platform.
#[derive(Debug, Clone)]
pub struct Furnished {
    /// A key for all that keys may do but administration.
    pub key: String,
    /// The channels' ids by platform.
    pub channels: BTreeMap<&'static str, String>,
}

impl Service {
    pub(crate) fn new(name: &str, url: &str, recipe: Recipe) -> Result<Self> {
        Ok(Self {
            name: name.to_owned(),
            url: url.to_owned(),
            program: Program::start(recipe)?,
            http: Http::new(url)?,
        })
    }
}

impl Stack {
    /// The command line on the stack's data.
    pub fn command_line(&self) -> &CommandLine {
        &self.command_line
    }

    /// The simulated platforms.
    pub fn sim(&self) -> &Sim {
        &self.sim
    }

    /// The public REST API, as a holder of `key` sees it.
    ///
    /// # Errors
    /// When the key cannot be sent.
    pub fn rest(&self, key: &str) -> Result<Http> {
        Http::new(&format!("{}/public/v1", self.doors.rest))?.with("authorization", key)
    }

    /// The MCP gateway, as a holder of `key` sees it.
    ///
    /// # Errors
    /// When the key cannot be sent.
    pub fn mcp(&self, key: &str) -> Result<Mcp> {
        Mcp::new(&self.doors.mcp, key)
    }

    /// Where the MCP gateway is, as `http://127.0.0.1:4000`.
    pub fn mcp_url(&self) -> &str {
        &self.doors.mcp
    }

    /// Where the REST API is.
    pub fn rest_url(&self) -> &str {
        &self.doors.rest
    }

    /// Where the web UI is.
    pub fn web_url(&self) -> &str {
        &self.doors.web
    }

    /// Makes the owner's account, a channel of each platform, and a key.
    ///
    /// # Errors
    /// When a command fails.
    pub fn furnish(&self) -> Result<Furnished> {
        self.command_line.init()?;
        let channels = PLATFORMS
            .into_iter()
            .map(|platform| Ok((platform, self.command_line.channel(platform)?)));
        Ok(Furnished {
            channels: channels.collect::<Result<_>>()?,
            key: self.command_line.key()?,
        })
    }

    /// Ends a program without a warning.
    ///
    /// # Errors
    /// When there is no such program.
    pub fn kill(&mut self, name: &str) -> Result<()> {
        self.service(name)?.program.kill()
    }

    /// Asks a program to end, waits for it, starts it again and waits until it is healthy.
    ///
    /// # Errors
    /// When it does not end or does not come back.
    pub async fn restart(&mut self, name: &str) -> Result<()> {
        let service = self.service(name)?;
        service.program.stop()?;
        service.program.start_again()?;
        self.healthy(name, COMING_BACK).await?;
        if name == "postern" {
            self.sim = Sim::new(&sandbox_of(&self.folder.path().join("data"))?)?;
        }
        Ok(())
    }

    /// Everything a program has logged.
    ///
    /// # Errors
    /// When there is no such program.
    pub fn log(&mut self, name: &str) -> Result<String> {
        Ok(self.service(name)?.program.log())
    }

    /// What `/api/ready` of a program answers.
    ///
    /// # Errors
    /// When there is no such program, or no answer.
    pub async fn ready(&mut self, name: &str) -> Result<(u16, Value)> {
        let answer = self.service(name)?.http.get("/api/ready").await?;
        Ok((answer.status, answer.json()?))
    }

    /// Waits until a program says that it is healthy.
    pub(crate) async fn healthy(&mut self, name: &str, patience: Duration) -> Result<()> {
        let service = self.service(name)?;
        until(&format!("{name} is healthy"), patience, async || {
            if let Some(status) = service.program.ended()? {
                bail!("{name} ended with {status}\n{}", service.program.last_words());
            }
            let answer = service.http.get("/api/health").await;
            Ok(answer.is_ok_and(|answer| answer.status == 200).then_some(()))
        })
        .await
    }

    /// Waits until each publication of a post is in one of `states`; gives them by platform.
    ///
    /// # Errors
    /// When they are not in time; it tells how they are instead.
    pub async fn settled(
        &self,
        post: &str,
        states: &[&str],
        patience: Duration,
    ) -> Result<BTreeMap<String, Value>> {
        let mut last = Value::Null;
        let waited = until("every publication is settled", patience, async || {
            let posts = self.command_line.posts()?;
            let found = posts
                .into_iter()
                .find(|it| it["id"] == post)
                .context("no such post")?;
            let publications = found["publications"].as_array().cloned().unwrap_or_default();
            last = found;
            let is_settled = |it: &Value| it["state"].as_str().is_some_and(|state| states.contains(&state));
            let by_platform = publications
                .iter()
                .map(|it| (it["provider"].as_str().unwrap_or_default().to_owned(), it.clone()));
            Ok((!publications.is_empty() && publications.iter().all(is_settled))
                .then(|| by_platform.collect()))
        });
        let outcome = waited.await;
        outcome.with_context(|| format!("{last:#}"))
    }

    /// Insists that nothing is half done, then ends the product as its operator would.
    ///
    /// # Errors
    /// When a publication is leased, an announcement unsent, the simulator was surprised, a program panicked or
    /// does not end.
    pub async fn finish(mut self) -> Result<()> {
        let mut last = None;
        let quiet = until("nothing is under way", SETTLING, async || {
            let under_way = self.store.under_way().await?;
            let is_quiet = under_way.leased.is_empty() && under_way.unsent.is_empty();
            last = Some(under_way);
            Ok(is_quiet.then_some(()))
        });
        quiet.await.with_context(|| format!("{last:?}"))?;
        let unexpected = self.sim.unexpected().await?;
        ensure!(
            unexpected.is_empty(),
            "the simulator did not expect {unexpected:#?}"
        );
        for service in self.services.iter_mut().rev() {
            service.program.stop().with_context(|| service.name.clone())?;
            let log = service.program.log();
            ensure!(!log.contains("panicked at"), "{} panicked", service.name);
        }
        self.store.remove().await
    }

    /// Where a program listens, as `http://127.0.0.1:4000`.
    ///
    /// # Errors
    /// When there is no such program.
    pub fn url_of(&self, name: &str) -> Result<String> {
        let found = self.services.iter().find(|service| service.name == name);
        let service = found.with_context(|| format!("the stack has no {name}"))?;
        Ok(service.url.clone())
    }

    pub(crate) fn service(&mut self, name: &str) -> Result<&mut Service> {
        let found = self.services.iter_mut().find(|service| service.name == name);
        found.with_context(|| format!("the stack has no {name}"))
    }
}

impl Drop for Stack {
    #[expect(
        clippy::print_stderr,
        reason = "a failed test shows what the programs have logged"
    )]
    fn drop(&mut self) {
        // A test fails by a panic or by an error that it returns; either way its programs have not been finished.
        for service in self.services.iter_mut().rev() {
            let runs = service.program.ended().is_ok_and(|ended| ended.is_none());
            if std::thread::panicking() || (runs && service.program.is_started()) {
                eprintln!("{}", service.program.last_words());
            }
        }
        // In the order of finishing: what others lean on ends last.
        while let Some(service) = self.services.pop() {
            drop(service);
        }
    }
}
