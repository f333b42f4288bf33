//! The recorder behind `/metrics`, the way a crate declares its metrics, and the metrics of the doors.
//!
//! Each crate with metrics has a `metrics.rs` that lists them as [`Declared`] values and a function that
//! hands the list to [`declare`]; its code then uses the macros of the crate `metrics` with those names.
//! Labels are closed sets: routes, never paths; providers and classes, never ids.

use std::sync::OnceLock;
use std::time::Duration;

use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};

pub use ::metrics::Unit;

/// Seconds between two bounds of a histogram: from a cache hit to a video upload.
const BUCKETS: [f64; 16] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0,
];

/// How often the recorder folds fresh samples together, so that they do not pile up unread.
pub const UPKEEP_EVERY: Duration = Duration::from_secs(5);

static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();

/// Time from the first byte of a request to the head of its answer; labels `route`, `method`, `status`.
pub const REQUEST_DURATION: Declared = Declared {
    name: "http_server_request_duration_seconds",
    kind: Kind::Histogram,
    unit: Unit::Seconds,
    meaning: "time from a request to the head of its answer, by route, method and status",
};

/// What a metric does over time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Only grows.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Counts samples by size; the bounds fit seconds.
    Histogram,
}

/// One metric, as operators read about it.
#[derive(Debug, Clone, Copy)]
pub struct Declared {
    /// Name with its unit at the end, such as `publication_lateness_seconds`.
    pub name: &'static str,
    /// What it does over time.
    pub kind: Kind,
    /// Its unit.
    pub unit: Unit,
    /// What it tells and which labels it has.
    pub meaning: &'static str,
}

/// Makes the meaning and unit of `metrics` part of `/metrics`; after [`install`].
pub fn declare(metrics: &[Declared]) {
    for Declared {
        name,
        kind,
        unit,
        meaning,
    } in metrics
    {
        match kind {
            Kind::Counter => ::metrics::describe_counter!(*name, *unit, *meaning),
            Kind::Gauge => ::metrics::describe_gauge!(*name, *unit, *meaning),
            Kind::Histogram => ::metrics::describe_histogram!(*name, *unit, *meaning),
        }
    }
}

/// Installs the recorder of this process; further calls do nothing.
///
/// Errors: when another library has installed a recorder before.
pub fn install() -> Result<(), BuildError> {
    if HANDLE.get().is_some() {
        return Ok(());
    }
    let recorder = PrometheusBuilder::new().set_buckets(&BUCKETS)?.build_recorder();
    let handle = recorder.handle();
    // Of two callers at once, the one that sets the handle also sets the recorder.
    if HANDLE.set(handle).is_ok() {
        ::metrics::set_global_recorder(recorder)?;
        declare(&[REQUEST_DURATION]);
    }
    Ok(())
}

/// All metrics in the text format of Prometheus; nothing where no recorder is installed.
pub fn render() -> Option<String> {
    HANDLE.get().map(PrometheusHandle::render)
}

/// Folds fresh samples together; the supervisor calls it while it waits.
pub(crate) fn upkeep() {
    if let Some(handle) = HANDLE.get() {
        handle.run_upkeep();
    }
}
