//! Takes due work from lanes, claims it, runs the provider, reports what happened.
//!
//! The worker decides nothing about what follows: it runs single-shot steps and reports how they ended. Begin with
//! `intake.rs` (from stream to claim), `crew.rs` (side by side), then `publish.rs` (one claimed publication).
//!
//! Invariants kept here:
//! - nothing is sent before its arming was stored, and one arming allows one sending;
//! - a lease that was lost stops the work before the next step;
//! - a step ends in time, and an adapter that panics harms its own publication alone;
//! - a report is repeated until it is stored or the lease has run out.

mod clock;
mod crew;
mod detect;
mod gather;
mod intake;
mod keeper;
mod metrics;
mod publish;
mod report;
mod session;
mod step;

use std::sync::Arc;
use std::time::Duration;

use postern_domain::ports::{Bus, Dispatch, MediaReader};
use postern_provider_kit::Registry;
use tokio_util::sync::CancellationToken;

pub use clock::BackendClock;
pub use intake::IntakeError;
pub use metrics::declare as declare_metrics;

/// What a worker leans on.
#[derive(Clone)]
pub struct Deps {
    /// Claims and reports.
    pub backend: Arc<dyn Dispatch>,
    /// Announcements of due work.
    pub bus: Arc<dyn Bus>,
    /// The adapters.
    pub providers: Arc<Registry>,
    /// The bytes of files.
    pub media: Arc<dyn MediaReader>,
    /// Time, which follows the backend's.
    pub clock: Arc<BackendClock>,
    /// Settings.
    pub settings: Settings,
}

/// What operators choose.
#[derive(Debug, Clone)]
pub struct Settings {
    /// This worker's own name, unique among all workers.
    pub name: String,
    /// Publications in flight at once.
    pub concurrency: usize,
    /// How often leases are extended; well below the length of a lease.
    pub heartbeat: Duration,
    /// How long one step at a platform may take.
    pub step_deadline: Duration,
    /// How long a stopping worker waits for what is in flight.
    pub drain: Duration,
}

/// Works until `stop`; then finishes the steps in flight and gives the rest back.
pub async fn run(deps: Deps, stop: CancellationToken) -> Result<(), IntakeError> {
    intake::run(deps, stop).await
}
