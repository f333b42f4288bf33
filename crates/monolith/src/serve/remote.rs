//! A service that reaches its backend over gRPC.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use axum::Router;
use futures::FutureExt;
use futures::future::BoxFuture;
use postern_domain::ports::Backend;
use postern_proto::{Client, ClientOptions};
use postern_telemetry::http::{Readiness, ReadyCheck};
use postern_telemetry::propagate;

use super::process::{DependencyMissing, Process, main};

/// Starts one service over a backend.
type Starter = for<'a> fn(&'a Process, Arc<dyn Backend>) -> BoxFuture<'a, Result<Router>>;

/// How long to wait between two looks at the backend.
const PAUSE: Duration = Duration::from_millis(500);

/// Runs one service alone.
pub(super) fn remote(service: &'static str, starter: Starter) -> ExitCode {
    main(service, None, Vec::new(), move |process| {
        Box::pin(run(process, starter))
    })
}

async fn run(mut process: Process, starter: Starter) -> Result<()> {
    process.sandbox = process.sandbox_beside();
    let backend = connect(&process).await?;
    let router = starter(&process, Arc::clone(&backend)).await?;
    let listener = process.listen().await?;
    tracing::info!(address = process.local_address(&listener), "service running");
    process.serve(listener, router, ready(backend)).await
}

/// The backend over gRPC, waited for at start.
pub(super) async fn connect(process: &Process) -> Result<Arc<dyn Backend>> {
    let settings = &process.settings;
    let media = settings.media.s3.public_url.as_ref().map_or_else(
        || format!("{}/uploads", settings.server.public_url),
        ToString::to_string,
    );
    let client = Client::connect_lazy(ClientOptions {
        url: settings.server.backend_url.to_string(),
        token: process.service_token.clone(),
        public_media_base: media,
        on_request: propagate::inject_headers,
        timeout: Duration::from_secs(30),
    })?;
    let backend: Arc<dyn Backend> = Arc::new(client);
    let began = tokio::time::Instant::now();
    let stop = process.supervisor.token();
    loop {
        match backend.info().await {
            Ok(_) => return Ok(backend),
            Err(error) if began.elapsed() >= process.patience() => {
                let url = &settings.server.backend_url;
                let line = format!("server.backend_url: {url} did not answer in time ({error})");
                return Err(DependencyMissing(line).into());
            }
            Err(error) => tracing::warn!(error = %error, "waiting for the backend"),
        }
        tokio::select! {
            () = stop.cancelled() => return Err(DependencyMissing("stopped while waiting".to_owned()).into()),
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

fn ready(backend: Arc<dyn Backend>) -> ReadyCheck {
    Arc::new(move || {
        let backend = Arc::clone(&backend);
        async move {
            let answer = backend.info().await.map(drop);
            Readiness::default().with("backend", answer)
        }
        .boxed()
    })
}
