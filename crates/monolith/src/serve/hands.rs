//! The services that work: worker and cron.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use axum::Router;
use postern_domain::ports::{Backend, Bus, MediaReader};
use postern_provider_kit::{AppsInMemory, Registry};
use postern_worker::BackendClock;

use super::process::Process;
use crate::assemble;

/// A worker beside other processes: bus over Redis, files over HTTP or from the bucket.
pub(super) async fn worker_over_redis(process: &Process, backend: Arc<dyn Backend>) -> Result<Router> {
    let bus = assemble::bus(&process.settings, process.patience()).await?;
    let media = assemble::media_reader(process)?;
    let clock = Arc::new(BackendClock::new(Arc::clone(&process.clock)));
    // Workers publish only; apps are registered where channels are connected.
    let apps = Arc::new(AppsInMemory::default());
    let registry = assemble::registry(
        &process.settings,
        process.sandbox.as_deref(),
        apps,
        clock.clone(),
        Arc::clone(&process.rng),
    );
    worker(process, backend, bus, media, Arc::new(registry), clock);
    Ok(Router::new())
}

/// A worker over the given ports.
pub(crate) fn worker(
    process: &Process,
    backend: Arc<dyn Backend>,
    bus: Arc<dyn Bus>,
    media: Arc<dyn MediaReader>,
    providers: Arc<Registry>,
    clock: Arc<BackendClock>,
) {
    let publishing = &process.settings.publishing;
    let deps = postern_worker::Deps {
        backend,
        bus,
        providers,
        media,
        clock,
        settings: postern_worker::Settings {
            name: format!("worker-{}", process.rng.token(8)),
            concurrency: usize::try_from(publishing.worker_concurrency).unwrap_or(50),
            heartbeat: Duration::from_secs(publishing.heartbeat_secs),
            // A large video takes its time; the heartbeat keeps the lease meanwhile.
            step_deadline: Duration::from_mins(10),
            drain: Duration::from_secs(15),
        },
    };
    process
        .supervisor
        .spawn("worker", postern_worker::run(deps, process.supervisor.token()));
}

/// A metronome.
pub(super) async fn cron(process: &Process, backend: Arc<dyn Backend>) -> Result<Router> {
    let publishing = &process.settings.publishing;
    let deps = postern_cron::Deps {
        backend,
        clock: Arc::clone(&process.clock),
        settings: postern_cron::Settings {
            batch: publishing.batch,
            longest_sleep: Duration::from_millis(publishing.tick_ms),
            chores: Duration::from_mins(1),
        },
    };
    let token = process.supervisor.token();
    process.supervisor.spawn("cron", async move {
        postern_cron::run(deps, token).await;
        Ok::<(), std::convert::Infallible>(())
    });
    Ok(Router::new())
}
