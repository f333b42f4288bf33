//! The program `yardstick`: the static platform, the bare loop, and statements on either database.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::http::Connection;
use super::product::program;
use crate::process::{command_line, run_quietly};

/// A post as the static platform saw it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arrival {
    /// Microseconds since 1970.
    pub(super) at: i64,
    /// The number that its text ends in.
    pub(super) number: u64,
}

/// The static platform; dropping it stops it.
pub(super) struct Platform {
    child: Child,
    pub(super) url: String,
}

impl Platform {
    /// Starts it on a free port.
    pub(super) fn start() -> Result<Self> {
        let mut child = Command::new(program("yardstick")?)
            .arg("platform")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .context("the static platform could not be started")?;
        let mut url = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut url)?;
        }
        let platform = Self {
            child,
            url: url.trim().to_owned(),
        };
        if platform.url.is_empty() {
            bail!("the static platform ended at once");
        }
        Ok(platform)
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// How many posts arrived.
    pub(super) fn count(&self) -> Result<u64> {
        let answer = self.connect()?.get("/ledger/count")?;
        Ok(answer.body.trim().parse()?)
    }

    /// All posts in the order of their arrival. A post that came twice is an error, for then nothing was measured.
    pub(super) fn arrivals(&self) -> Result<Vec<Arrival>> {
        let ledger = self.connect()?.get("/ledger")?.json()?;
        let doubled = ledger.get("doubled").and_then(Value::as_u64);
        if doubled != Some(0) {
            bail!("posts arrived twice: {doubled:?}");
        }
        let rows = ledger.get("arrivals").and_then(Value::as_array);
        rows.context("the ledger is no list")?
            .iter()
            .map(|row| {
                let at = row.get(0).and_then(Value::as_i64);
                let number = row.get(1).and_then(Value::as_u64);
                let (at, number) = at.zip(number).with_context(|| format!("{row} is no arrival"))?;
                Ok(Arrival { at, number })
            })
            .collect()
    }

    /// Forgets what arrived.
    pub(super) fn clear(&self) -> Result<()> {
        self.connect()?.delete("/ledger").map(drop)
    }

    fn connect(&self) -> Result<Connection> {
        Connection::open(self.url.trim_start_matches("http://"))
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// How many posts a second the bare loop brings out: one request and one prepared update each, 50 at once.
pub(super) fn bare_loop(platform: &Platform, postgres: &str, requests: u64) -> Result<f64> {
    let mut command = Command::new(program("yardstick")?);
    command.args(["bare", "--platform", &platform.url, "--database", postgres]);
    command.args(["--requests", &requests.to_string()]);
    let told: Value = serde_json::from_str(&run_quietly(&mut command)?)?;
    platform.clear()?;
    told.get("per_second")
        .and_then(Value::as_f64)
        .context("the bare loop tells no rate")
}

/// A database that is looked at and filled from outside.
#[derive(Clone)]
pub(super) struct Database {
    url: String,
}

impl Database {
    /// `postgres://…`, or `sqlite://` and a file.
    pub(super) fn at(url: impl Into<String>) -> Self {
        Self { url: url.into() }
    }

    pub(super) fn is_sqlite(&self) -> bool {
        self.url.starts_with("sqlite://")
    }

    /// Runs statements; answers rows of cells.
    pub(super) fn run(&self, script: &str) -> Result<Vec<Vec<String>>> {
        let mut command = Command::new(program("yardstick")?);
        command.args(["sql", "--database", &self.url]);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let line = command_line(&command);
        let mut child = command.spawn().with_context(|| format!("`{line}`"))?;
        child
            .stdin
            .take()
            .context("no input")?
            .write_all(script.as_bytes())?;
        let output = child.wait_with_output()?;
        if !output.status.success() {
            let errors = String::from_utf8_lossy(&output.stderr);
            bail!("`{line}` ended with {}\n{errors}", output.status);
        }
        let text = String::from_utf8(output.stdout)?;
        Ok(text
            .lines()
            .map(|line| line.split('\t').map(str::to_owned).collect())
            .collect())
    }

    /// The one number that a query answers.
    pub(super) fn number(&self, query: &str) -> Result<u64> {
        let rows = self.run(query)?;
        let cell = rows.first().and_then(|row| row.first());
        let cell = cell.with_context(|| format!("`{query}` answers nothing"))?;
        cell.parse()
            .with_context(|| format!("`{query}` answers `{cell}`"))
    }
}

/// How long between two questions about something that takes seconds.
pub(super) const PAUSE: Duration = Duration::from_millis(50);
