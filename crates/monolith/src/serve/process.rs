//! One process of Postern: settings, secrets, telemetry and tasks, whatever services it runs.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use axum::Router;
use futures::future::BoxFuture;
use postern_config::{Loaded, LogFormat, Settings, Sources};
use postern_domain::ports::{Clock, Rng};
use postern_domain::secret::Secret;
use postern_telemetry::http::{ReadyCheck, ops_router, traced};
use postern_telemetry::{Format, Options, Output, ResultExt, Supervisor};
use postern_vault::{SealingVault, SystemClock, SystemRng};
use tokio::net::TcpListener;

use crate::VERSION;
use crate::assemble::{Secrets, secrets};

/// Settings were wrong.
pub(crate) const EXIT_SETTINGS: u8 = 2;

/// Something that is needed did not come up in time.
pub(crate) const EXIT_DEPENDENCY: u8 = 3;

/// What all services of one process share.
pub struct Process {
    /// Settings.
    pub settings: Settings,
    /// Tasks and their stop.
    pub supervisor: Supervisor,
    /// Seals, signs and hashes.
    pub vault: Arc<SealingVault>,
    /// By which split services know each other.
    pub service_token: Secret,
    /// Signs confirmations.
    pub session_secret: Secret,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub rng: Arc<dyn Rng>,
    /// The address of the sandbox, where there is one.
    pub sandbox: Option<String>,
}

/// A dependency that did not come up in time.
#[derive(Debug)]
pub(crate) struct DependencyMissing(pub(crate) String);

impl std::fmt::Display for DependencyMissing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for DependencyMissing {}

impl Process {
    /// Prepares a process; needs a Tokio runtime around it. Only services with the database open credentials.
    pub(crate) fn new(settings: Settings, opens_credentials: bool) -> Result<Self> {
        std::fs::create_dir_all(&settings.server.data_dir).with_context(|| {
            format!(
                "server.data_dir: {} cannot be made",
                settings.server.data_dir.display()
            )
        })?;
        let Secrets {
            vault,
            service_token,
            session_secret,
        } = secrets(&settings, opens_credentials)?;
        let supervisor = Supervisor::new();
        supervisor.stop_on_signals().context("signal handlers")?;
        let offset_ms = settings.server.clock_offset_ms;
        if offset_ms != 0 {
            tracing::warn!(offset_ms, "the clock of this process is set off on purpose");
        }
        Ok(Self {
            settings,
            supervisor,
            vault: Arc::new(vault),
            service_token,
            session_secret,
            clock: Arc::new(SystemClock::set_off(offset_ms)),
            rng: Arc::new(SystemRng),
            sandbox: None,
        })
    }

    /// The address of simulated platforms that run in a process of their own; settings name their port.
    pub(crate) fn sandbox_beside(&self) -> Option<String> {
        let sandbox = &self.settings.sandbox;
        let fixed =
            || (sandbox.enabled && sandbox.listen.port() != 0).then(|| format!("http://{}", sandbox.listen));
        sandbox.url.as_ref().map(ToString::to_string).or_else(fixed)
    }

    /// How long to wait for what is needed.
    pub(crate) fn patience(&self) -> Duration {
        Duration::from_secs(self.settings.server.dependency_wait_secs)
    }

    /// Listens where settings say.
    pub(crate) async fn listen(&self) -> Result<TcpListener> {
        let address = self.settings.server.listen;
        TcpListener::bind(address).await.with_context(|| {
            format!("server.listen: {address} cannot be listened on; is Postern running already?")
        })
    }

    /// Serves until the stop; `router` gets tracing, health, readiness and figures.
    pub(crate) async fn serve(&self, listener: TcpListener, router: Router, ready: ReadyCheck) -> Result<()> {
        let router = traced(router).merge(ops_router(ready));
        let token = self.supervisor.token();
        self.supervisor
            .spawn("http", postern_telemetry::serve(listener, router, token));
        self.supervisor.wait().await?;
        Ok(())
    }

    /// The address that people open, for the line in the log.
    pub(crate) fn local_address(&self, listener: &TcpListener) -> String {
        let port = listener
            .local_addr()
            .map_or(self.settings.server.listen.port(), |address| address.port());
        format!("http://localhost:{port}")
    }
}

/// Reads settings, sets telemetry up, runs `start` to its end and turns the outcome into an exit code.
pub(crate) fn main(
    service: &'static str,
    file: Option<PathBuf>,
    overrides: Vec<(&'static str, String)>,
    start: impl FnOnce(Process) -> BoxFuture<'static, Result<()>>,
) -> ExitCode {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let loaded = match Settings::load(&Sources::from_process(file, overrides)) {
        Ok(loaded) => loaded,
        Err(error) => return complain(&format!("{error}"), EXIT_SETTINGS),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return complain(&format!("no runtime: {error}"), 1),
    };
    runtime.block_on(run(service, loaded, start))
}

async fn run(
    service: &'static str,
    loaded: Loaded,
    start: impl FnOnce(Process) -> BoxFuture<'static, Result<()>>,
) -> ExitCode {
    let guard = match postern_telemetry::init(&telemetry_options(service, &loaded.settings, Output::Stdout)) {
        Ok(guard) => guard,
        Err(error) => return complain(&format!("telemetry: {error}"), EXIT_SETTINGS),
    };
    if loaded.settings.telemetry.metrics {
        postern_telemetry::metrics::install().warn_on_error("figures are not kept");
        postern_backend_api::declare_metrics();
        postern_worker::declare_metrics();
    }
    if !loaded.ignored.is_empty() {
        tracing::info!(names = loaded.ignored.join(" "), "settings without effect here");
    }
    let opens_credentials = matches!(service, "postern" | "postern-backend-api");
    let outcome = match Process::new(loaded.settings, opens_credentials) {
        Ok(process) => start(process).await,
        Err(error) => Err(error),
    };
    guard.shutdown().await;
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is::<DependencyMissing>() => complain(&format!("{error:#}"), EXIT_DEPENDENCY),
        Err(error) => complain(&format!("{error:#}"), 1),
    }
}

/// Telemetry as settings want it.
pub(crate) fn telemetry_options(service: &str, settings: &Settings, output: Output) -> Options {
    let telemetry = &settings.telemetry;
    Options {
        service_name: telemetry
            .service_name
            .clone()
            .unwrap_or_else(|| service.to_owned()),
        version: VERSION.to_owned(),
        log_level: telemetry.log_level.clone(),
        format: match telemetry.log_format {
            LogFormat::Json => Format::Json,
            LogFormat::Text => Format::Text,
        },
        output,
        otlp_endpoint: telemetry.otlp_endpoint.as_ref().map(ToString::to_string),
    }
}

/// One line on standard error, and the exit code.
#[expect(
    clippy::print_stderr,
    reason = "a program's last word goes to its standard error"
)]
pub(crate) fn complain(line: &str, code: u8) -> ExitCode {
    eprintln!("postern: {line}");
    ExitCode::from(code)
}
