//! `postern serve`: as many services in one process as settings name, all by default.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result};
use axum::Router;
use futures::FutureExt;
use postern_config::App;
use postern_domain::ports::{Backend, MediaReader};
use postern_platform_sim::{Options as SimOptions, Sim};
use postern_telemetry::http::{Readiness, ReadyCheck};
use postern_worker::BackendClock;
use tokio::net::TcpListener;
use url::Url;

use super::backend::{Hosted, host};
use super::process::{Process, main};
use super::{doors, hands, remote};
use crate::assemble::{read_sandbox, write_sandbox};

/// What the command line says.
#[derive(Debug, Clone, Default)]
pub struct ServeOptions {
    /// The settings file.
    pub config: Option<PathBuf>,
    /// Settings given as options.
    pub overrides: Vec<(&'static str, String)>,
}

/// Runs the services that settings name until a signal.
pub fn serve(options: ServeOptions) -> ExitCode {
    main("postern", options.config, options.overrides, |process| {
        Box::pin(run(process))
    })
}

async fn run(mut process: Process) -> Result<()> {
    // Listening first: a port that is taken is told before anything is touched.
    let listener = process.listen().await?;
    if let Some(url) = &process.settings.sandbox.url {
        process.sandbox = Some(url.to_string());
    } else if process.settings.sandbox.enabled {
        start_sandbox(&mut process).await?;
    }
    let runs = |app| process.settings.server.runs(app);
    let hosted = if runs(App::Backend) {
        Some(host(&process).await?)
    } else {
        None
    };
    let backend = match &hosted {
        Some(hosted) => hosted.backend(),
        None => remote::connect(&process).await?,
    };
    let mut router = Router::new();
    if runs(App::Frontend) {
        router = router.merge(doors::frontend(&process, Arc::clone(&backend)).await?);
    }
    if runs(App::Mcp) {
        router = router.merge(doors::mcp(&process, Arc::clone(&backend)).await?);
    }
    if runs(App::Worker) {
        start_worker(&process, hosted.as_ref(), &backend).await?;
    }
    if runs(App::Cron) {
        let _no_routes = hands::cron(&process, Arc::clone(&backend)).await?;
    }
    let ready = hosted
        .as_ref()
        .map_or_else(|| remote_ready(Arc::clone(&backend)), Hosted::ready);
    if let Some(hosted) = hosted {
        router = router.merge(hosted.router);
    }
    announce(&process, &listener);
    process.serve(listener, router, ready).await
}

/// The line that people and scripts wait for.
fn announce(process: &Process, listener: &TcpListener) {
    tracing::info!("Server running on {}", process.local_address(listener));
    if let Some(sandbox) = &process.sandbox {
        tracing::info!("Sandbox running on {sandbox}");
    }
}

async fn start_worker(process: &Process, hosted: Option<&Hosted>, backend: &Arc<dyn Backend>) -> Result<()> {
    let Some(hosted) = hosted else {
        let _no_routes = hands::worker_over_redis(process, Arc::clone(backend)).await?;
        return Ok(());
    };
    let core = &hosted.core;
    let media: Arc<dyn MediaReader> = Arc::clone(&core.media) as Arc<dyn MediaReader>;
    hands::worker(
        process,
        Arc::clone(backend),
        Arc::clone(&core.bus),
        media,
        Arc::clone(&core.registry),
        Arc::new(BackendClock::new(Arc::clone(&process.clock))),
    );
    Ok(())
}

/// Starts the simulated platforms and says where they are.
async fn start_sandbox(process: &mut Process) -> Result<()> {
    let listener = sandbox_listener(process).await?;
    let url = format!("http://{}", listener.local_addr()?);
    let data_dir = &process.settings.server.data_dir;
    let sim = Sim::new(SimOptions {
        base_url: Some(url.clone()),
        state_file: Some(data_dir.join("sandbox-state.json")),
        seed: 1,
    });
    let token = process.supervisor.token();
    process.supervisor.spawn(
        "sandbox",
        postern_platform_sim::serve(sim, listener, token.cancelled_owned()),
    );
    write_sandbox(data_dir, &url)?;
    process.sandbox = Some(url);
    Ok(())
}

/// Where no port is set, the one of the last start is taken again if it is free: connected channels name it.
async fn sandbox_listener(process: &Process) -> Result<TcpListener> {
    let address = process.settings.sandbox.listen;
    if address.port() == 0 {
        let last = read_sandbox(&process.settings.server.data_dir).and_then(|last| Url::parse(&last.0).ok());
        if let Some(port) = last.and_then(|url| url.port())
            && let Ok(listener) = TcpListener::bind((address.ip(), port)).await
        {
            return Ok(listener);
        }
    }
    TcpListener::bind(address)
        .await
        .with_context(|| format!("sandbox.listen: {address} cannot be listened on"))
}

fn remote_ready(backend: Arc<dyn Backend>) -> ReadyCheck {
    Arc::new(move || {
        let backend = Arc::clone(&backend);
        async move { Readiness::default().with("backend", backend.info().await.map(drop)) }.boxed()
    })
}
