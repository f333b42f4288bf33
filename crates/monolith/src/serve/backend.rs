//! The owner of the data: REST, media, relay, and gRPC for the other services.

use std::sync::Arc;

use anyhow::Result;
use axum::Router;
use futures::FutureExt;
use postern_domain::ports::{Backend, Instance};
use postern_telemetry::http::{Readiness, ReadyCheck};

use super::process::Process;
use crate::assemble::{Core, core};

/// A backend hosted in this process.
pub struct Hosted {
    /// The use cases and the ports beneath them.
    pub core: Core,
    /// REST, media and gRPC.
    pub router: Router,
}

impl Hosted {
    /// The backend port.
    pub fn backend(&self) -> Arc<dyn Backend> {
        Arc::clone(&self.core.app) as Arc<dyn Backend>
    }

    /// Asks what the backend leans on.
    pub(crate) fn ready(&self) -> ReadyCheck {
        let app = Arc::clone(&self.core.app);
        Arc::new(move || {
            let app = Arc::clone(&app);
            async move {
                let checks = app.ready().await.unwrap_or_default();
                checks
                    .into_iter()
                    .fold(Readiness::default(), |readiness, (name, answer)| {
                        readiness.with(name_of(&name), answer)
                    })
            }
            .boxed()
        })
    }
}

/// The names of checks are fixed.
fn name_of(name: &str) -> &'static str {
    ["database", "bus", "counters"]
        .into_iter()
        .find(|known| *known == name)
        .unwrap_or("other")
}

/// Opens the database and everything beside it, starts the relay.
pub(crate) async fn host(process: &Process) -> Result<Hosted> {
    let core = core(process, true).await?;
    let settings = &process.settings;
    let deps = postern_backend_api::Deps {
        app: Arc::clone(&core.app),
        storage: Arc::clone(&core.storage),
        bus: Arc::clone(&core.bus),
        media: Arc::clone(&core.media),
        counters: Arc::clone(&core.counters),
        clock: Arc::clone(&process.clock),
        settings: postern_backend_api::Settings {
            public_url: settings.server.public_url.to_string(),
            api_limit: settings.server.api_limit,
            service_token: process.service_token.clone(),
        },
        relay_wake: Arc::clone(&core.relay_wake),
    };
    let token = process.supervisor.token();
    let relay = postern_backend_api::relay::run(deps.clone(), token.clone());
    process.supervisor.spawn("relay", async move {
        relay.await;
        Ok::<(), std::convert::Infallible>(())
    });
    let backend: Arc<dyn Backend> = Arc::clone(&core.app) as Arc<dyn Backend>;
    let grpc = postern_proto::routes(backend, process.service_token.clone(), token.clone());
    let router = postern_backend_api::router(deps, token).merge(grpc);
    Ok(Hosted { core, router })
}

/// Runs `backend-api` alone.
pub(crate) async fn run_alone(mut process: Process) -> Result<()> {
    process.sandbox = process.sandbox_beside();
    let hosted = host(&process).await?;
    let listener = process.listen().await?;
    tracing::info!(address = process.local_address(&listener), "service running");
    let ready = hosted.ready();
    process.serve(listener, hosted.router, ready).await
}
