//! The use cases over their ports: what `backend-api`, the monolith and the command line share.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use postern_app::{App, Deps, Registration, Retention, Settings as AppSettings};
use postern_config::Registration as Sign;
use postern_domain::ports::{Bus, Counters, MediaStore, Storage, StorePolicy};
use postern_domain::publication::Rules;
use postern_provider_kit::Registry;
use postern_telemetry::propagate;
use tokio::sync::Notify;

use super::apps::StoredApps;
use crate::VERSION;
use crate::assemble;
use crate::serve::Process;

/// The use cases and the ports beneath them.
pub struct Core {
    /// The use cases.
    pub app: Arc<App>,
    /// The database.
    pub storage: Arc<dyn Storage>,
    /// The bus.
    pub bus: Arc<dyn Bus>,
    /// Shared counters.
    pub counters: Arc<dyn Counters>,
    /// Files.
    pub media: Arc<dyn MediaStore>,
    /// Providers.
    pub registry: Arc<Registry>,
    /// Wakes the relay after announcements were stored.
    pub relay_wake: Arc<Notify>,
}

/// Opens everything and bundles the use cases; with `migrate` brings the schema up to date.
pub async fn core(process: &Process, migrate: bool) -> Result<Core> {
    let settings = &process.settings;
    let storage: Arc<dyn Storage> = Arc::new(assemble::storage(settings, process.patience(), migrate).await?);
    let bus = assemble::bus(settings, process.patience()).await?;
    let counters = assemble::counters(settings, Arc::clone(&process.rng), process.patience()).await?;
    let media = assemble::media_store(process)?;
    let apps = Arc::new(StoredApps {
        storage: Arc::clone(&storage),
        vault: process.vault.clone(),
    });
    let registry = Arc::new(assemble::registry(
        settings,
        process.sandbox.as_deref(),
        apps,
        Arc::clone(&process.clock),
        Arc::clone(&process.rng),
    ));
    let relay_wake = Arc::new(Notify::new());
    let wake = Arc::clone(&relay_wake);
    let app = App::new(Deps {
        storage: Arc::clone(&storage),
        vault: process.vault.clone(),
        catalog: registry.clone(),
        connector: registry.clone(),
        media: Arc::clone(&media),
        counters: Arc::clone(&counters),
        bus: Arc::clone(&bus),
        notifier: assemble::notifier(settings)?,
        clock: Arc::clone(&process.clock),
        rng: Arc::clone(&process.rng),
        current_trace: propagate::current_traceparent,
        wake_relay: Arc::new(move || wake.notify_one()),
        settings: app_settings(process),
    });
    Ok(Core {
        app: Arc::new(app),
        storage,
        bus,
        counters,
        media,
        registry,
        relay_wake,
    })
}

fn app_settings(process: &Process) -> AppSettings {
    let settings = &process.settings;
    let publishing = &settings.publishing;
    AppSettings {
        public_url: settings.server.public_url.to_string(),
        version: VERSION.to_owned(),
        registration: match settings.server.registration {
            Sign::Closed => Registration::FirstOnly,
            Sign::Open => Registration::Open,
        },
        lease: Duration::from_secs(publishing.lease_secs),
        rules: Rules {
            max_tries: publishing.max_attempts,
            backoff_base: Duration::from_secs(publishing.backoff_base_secs),
            backoff_cap: Duration::from_secs(publishing.backoff_cap_secs),
            ..Rules::default()
        },
        lateness: Duration::from_secs(u64::from(publishing.lateness_hours) * 3600),
        media: StorePolicy {
            max_image_bytes: settings.media.max_image_bytes,
            max_video_bytes: settings.media.max_video_bytes,
        },
        session_life: Duration::from_hours(30 * 24),
        retention: Retention {
            evidence: days(settings.retention.evidence_days),
            audit: days(settings.retention.audit_days),
            dead_letters: days(settings.retention.dead_letter_days),
        },
    }
}

fn days(days: u32) -> Duration {
    Duration::from_hours(24) * days
}
