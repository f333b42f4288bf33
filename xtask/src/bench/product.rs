//! The release programs, started as a user would.

use std::ffi::OsString;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use super::http::Connection;
use crate::process::{command_line, run_quietly};
use crate::repo;
use crate::servers::{free_port, interrupt};

/// How long a program may take until it is healthy.
const DEADLINE: Duration = Duration::from_mins(1);

/// A running server; dropping it stops it.
pub(super) struct Product {
    child: Child,
    /// `127.0.0.1:port`.
    pub(super) host: String,
    /// From the start of the program to its first healthy answer.
    pub(super) healthy_after: Duration,
    log: PathBuf,
    data: PathBuf,
    /// The variables it was given, for commands beside it.
    environment: Vec<(OsString, OsString)>,
}

/// Several programs of one installation; dropping them stops the last that was started first.
#[derive(Default)]
pub(super) struct Programs(Vec<(&'static str, Product)>);

impl Programs {
    pub(super) fn add(&mut self, name: &'static str, product: Product) {
        self.0.push((name, product));
    }

    /// The programs with their names, in the order of their start.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'static str, &Product)> {
        self.0.iter().map(|(name, product)| (*name, product))
    }

    /// The program of a name.
    pub(super) fn get(&self, name: &str) -> Result<&Product> {
        let found = self.iter().find(|(known, _)| *known == name);
        found
            .map(|(_, product)| product)
            .with_context(|| format!("no {name} runs"))
    }
}

impl Drop for Programs {
    fn drop(&mut self) {
        // Callers go before the one they call.
        while self.0.pop().is_some() {}
    }
}

/// The release program of a name.
pub(super) fn program(name: &str) -> Result<PathBuf> {
    let path = repo::target_dir().join("release").join(name);
    if !path.exists() {
        bail!("{} is not built", path.display());
    }
    Ok(path)
}

/// A folder that goes away with its value.
pub(super) fn folder() -> Result<TempDir> {
    Ok(tempfile::Builder::new().prefix("postern-bench-").tempdir()?)
}

impl Product {
    /// `postern serve` with its data in `data`.
    pub(super) fn serve(data: &Path, further: &[&str]) -> Result<Self> {
        Self::serve_with(data, further, &[])
    }

    /// The same with further variables.
    pub(super) fn serve_with(
        data: &Path,
        further: &[&str],
        environment: &[(String, String)],
    ) -> Result<Self> {
        let host = format!("127.0.0.1:{}", free_port()?);
        let mut command = Command::new(program("postern")?);
        command
            .args(["serve", "--listen", &host, "--data-dir"])
            .arg(data)
            .args(further);
        // The limit on calls of one key would stop a benchmark after a minute's worth.
        command
            .env("API_LIMIT", "1000000")
            .env("POSTERN__MCP__READS_PER_MINUTE", "0")
            .env("POSTERN__MCP__WRITES_PER_MINUTE", "0")
            .envs(environment.iter().map(|(name, value)| (name, value)));
        Self::start(command, host, data)
    }

    /// Any server that answers `/api/health` on `host`.
    pub(super) fn start(mut command: Command, host: String, data: &Path) -> Result<Self> {
        let log = data.join(format!("{}.log", host.replace([':', '.'], "-")));
        std::fs::create_dir_all(data)?;
        let output = File::create(&log)?;
        command
            .current_dir(data)
            .stdin(Stdio::null())
            .stderr(output.try_clone()?)
            .stdout(output);
        let begin = Instant::now();
        let child = command
            .spawn()
            .with_context(|| format!("`{}` could not be started", command_line(&command)))?;
        let mut product = Self {
            child,
            host,
            healthy_after: Duration::ZERO,
            log,
            data: data.to_path_buf(),
            environment: command
                .get_envs()
                .filter_map(|(name, value)| Some((name.to_owned(), value?.to_owned())))
                .collect(),
        };
        while begin.elapsed() < DEADLINE {
            if product.is_healthy() {
                product.healthy_after = begin.elapsed();
                return Ok(product);
            }
            if let Some(status) = product.child.try_wait()? {
                bail!("the server ended with {status}\n{}", product.log_text());
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        bail!(
            "the server was not healthy within {} s\n{}",
            DEADLINE.as_secs(),
            product.log_text()
        );
    }

    fn is_healthy(&self) -> bool {
        let answer = Connection::open(&self.host).and_then(|mut connection| connection.get("/api/health"));
        answer.is_ok_and(|answer| answer.status == 200)
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Resident memory in MiB.
    #[expect(
        clippy::cast_precision_loss,
        reason = "kilobytes of one process are far below 2^52"
    )]
    pub(super) fn resident_mib(&self) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .context("no VmRSS line")?;
        let kib: u64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kib as f64 / 1024.0)
    }

    /// Address of the simulator that runs inside, `127.0.0.1:port`.
    pub(super) fn sandbox(&self) -> Result<String> {
        let log = self.log_text();
        let rest = log
            .split("Sandbox running on http://")
            .nth(1)
            .context("the server names no sandbox")?;
        Ok(rest
            .chars()
            .take_while(|c| c.is_ascii_digit() || ".:".contains(*c))
            .collect())
    }

    /// Makes an owner, a simulated channel and a key: the channel's id and the key.
    pub(super) fn set_up(&self, provider: &str) -> Result<(String, String)> {
        self.command_with_input(
            &["init", "--email", "bench@example.com", "--password-stdin"],
            "a long bench password",
        )?;
        let channel = self.command(&["channel", "add", provider, "--sandbox"])?;
        let key = self.command(&["key", "create", "--name", "bench"])?;
        Ok((channel, key))
    }

    fn command(&self, arguments: &[&str]) -> Result<String> {
        let mut command = Command::new(program("postern")?);
        command
            .args(arguments)
            .arg("--data-dir")
            .arg(&self.data)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .current_dir(&self.data);
        Ok(run_quietly(&mut command)?.trim().to_owned())
    }

    fn command_with_input(&self, arguments: &[&str], input: &str) -> Result<()> {
        let mut command = Command::new(program("postern")?);
        command
            .args(arguments)
            .arg("--data-dir")
            .arg(&self.data)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .current_dir(&self.data);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
        child
            .stdin
            .take()
            .context("no input")?
            .write_all(input.as_bytes())?;
        let status = child.wait()?;
        if !status.success() {
            bail!("`{}` ended with {status}", command_line(&command));
        }
        Ok(())
    }

    fn log_text(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }
}

impl Drop for Product {
    fn drop(&mut self) {
        interrupt(self.child.id());
        let deadline = Instant::now() + Duration::from_secs(25);
        while matches!(self.child.try_wait(), Ok(None)) && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(5));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
