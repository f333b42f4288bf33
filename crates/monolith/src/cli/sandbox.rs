//! `postern sandbox`: the simulated platforms alone.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use postern_platform_sim::{Options, Sim};
use postern_telemetry::Supervisor;
use tokio::net::TcpListener;

use super::beside::say;
use crate::serve::complain;

/// Run the simulated platforms alone.
#[derive(Debug, Args)]
pub(crate) struct Sandbox {
    /// Address and port to listen on.
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:5099")]
    listen: SocketAddr,
    /// Keep what the platforms hold in this file.
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Start of the random sequences: equal seeds give equal ids and faults.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

pub(crate) fn sandbox(options: &Sandbox) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return complain(&format!("no runtime: {error}"), 1),
    };
    match runtime.block_on(run(options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => complain(&format!("{error:#}"), 1),
    }
}

async fn run(options: &Sandbox) -> Result<()> {
    let listener = TcpListener::bind(options.listen)
        .await
        .with_context(|| format!("--listen {}", options.listen))?;
    let url = format!("http://{}", listener.local_addr()?);
    let sim = Sim::new(Options {
        base_url: None,
        state_file: options.state.clone(),
        seed: options.seed,
    });
    say(&format!("Sandbox running on {url}"))?;
    let supervisor = Supervisor::new();
    supervisor.stop_on_signals().context("signal handlers")?;
    let stop = supervisor.token().cancelled_owned();
    postern_platform_sim::serve(sim, listener, stop)
        .await
        .context("sandbox")
}
