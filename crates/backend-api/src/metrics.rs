//! Figures of the relay.

use std::time::Duration;

use postern_domain::Timestamp;
use postern_domain::ports::Announcement;
use postern_telemetry::metrics::{Declared, Kind, Unit};

/// Announcements that the bus has taken.
const RELAYED: Declared = Declared {
    name: "relay_announcements_total",
    kind: Kind::Counter,
    unit: Unit::Count,
    meaning: "announcements moved from the outbox to the bus",
};

/// How long announcements waited.
const LAG: Declared = Declared {
    name: "relay_lag_seconds",
    kind: Kind::Histogram,
    unit: Unit::Seconds,
    meaning: "time from a change to its announcement on the bus, of the oldest of each batch",
};

/// Makes the meanings of this crate's metrics part of `/metrics`; after the recorder is installed.
pub fn declare_metrics() {
    postern_telemetry::metrics::declare(&[RELAYED, LAG]);
}

/// Counts a batch that the bus has taken.
pub(crate) fn relayed(batch: &[Announcement], now: Timestamp) {
    let count = u64::try_from(batch.len()).unwrap_or(u64::MAX);
    metrics::counter!(RELAYED.name).increment(count);
    let lag = batch.iter().map(|announcement| now.since(announcement.at)).max();
    metrics::histogram!(LAG.name).record(lag.unwrap_or(Duration::ZERO).as_secs_f64());
}
