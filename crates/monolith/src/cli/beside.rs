//! Commands that work beside a running server, on the same data directory or database.

use std::io::Write;
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow};
use futures::future::BoxFuture;
use postern_config::{Settings, Sources};
use postern_domain::BackendError;
use postern_domain::actor::{Actor, Door, Scope};
use postern_domain::workspace::Role;
use postern_telemetry::Output;

use super::Shared;
use crate::assemble::{Core, core, read_sandbox};
use crate::serve::{Process, complain, telemetry_options};

/// What a command works with.
pub(crate) struct Desk {
    /// Settings, secrets, time and chance.
    pub(crate) process: Process,
    /// The use cases.
    pub(crate) core: Core,
}

/// Opens the desk, runs a command on it, and turns the outcome into an exit code.
pub(crate) fn run(shared: &Shared, command: impl FnOnce(Desk) -> BoxFuture<'static, Result<()>>) -> ExitCode {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let loaded = match Settings::load(&Sources::from_process(shared.file(), shared.overrides())) {
        Ok(loaded) => loaded,
        Err(error) => return complain(&format!("{error}"), 2),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return complain(&format!("no runtime: {error}"), 1),
    };
    let outcome = runtime.block_on(async {
        let mut options = telemetry_options("postern", &loaded.settings, Output::Stderr);
        if options.log_level == "info" {
            "warn".clone_into(&mut options.log_level);
        }
        let guard = postern_telemetry::init(&options).context("telemetry")?;
        let outcome = match open(loaded.settings).await {
            Ok(desk) => command(desk).await,
            Err(error) => Err(error),
        };
        guard.shutdown().await;
        outcome
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => complain(&format!("{error:#}"), 1),
    }
}

async fn open(settings: Settings) -> Result<Desk> {
    let mut process = Process::new(settings, true)?;
    let of_server = || read_sandbox(&process.settings.server.data_dir).map(|address| address.0);
    process.sandbox = process.sandbox_beside().or_else(of_server);
    let core = core(&process, true).await?;
    Ok(Desk { process, core })
}

impl Desk {
    /// The operator acts as owner of the named workspace, or of the oldest one.
    pub(crate) async fn actor(&self, workspace: Option<&str>) -> Result<Actor> {
        let unit = self.core.storage.read().await?;
        let all = unit.all_workspaces().await?;
        let found = match workspace {
            Some(name) => all
                .into_iter()
                .find(|it| it.name == name || it.id.to_string() == name),
            None => all.into_iter().next(),
        };
        let workspace =
            found.ok_or_else(|| anyhow!("no such workspace; make the first with `postern init`"))?;
        let owner = unit.owner(workspace.id).await?;
        Ok(Actor {
            workspace: workspace.id,
            person: owner.map(|owner| owner.id),
            key: None,
            name: "operator".to_owned(),
            role: Role::Owner,
            scopes: Scope::ALL.to_vec(),
            door: Door::Cli,
        })
    }
}

/// An answer on standard output.
pub(crate) fn say(text: &str) -> Result<()> {
    writeln!(std::io::stdout().lock(), "{text}").context("standard output")
}

/// A refusal in words: every problem on a line of its own.
pub(crate) fn refused(error: &BackendError) -> anyhow::Error {
    let lines: Vec<String> = error.problems().iter().map(ToString::to_string).collect();
    anyhow!("{}", lines.join("\n"))
}
