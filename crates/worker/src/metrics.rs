//! The worker's metrics.

use std::time::Duration;

use metrics::{Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};

const LATENESS: &str = "postern_publication_lateness_seconds";
const DURATION: &str = "postern_publish_duration_seconds";
const OUTCOMES: &str = "postern_publish_outcomes_total";
const IN_FLIGHT: &str = "postern_publications_in_flight";
const LOST: &str = "postern_leases_lost_total";

/// Declares each metric with unit and meaning; called once by mains.
pub fn declare() {
    describe_histogram!(
        LATENESS,
        Unit::Seconds,
        "from the asked publish time to the commit, by provider"
    );
    describe_histogram!(
        DURATION,
        Unit::Seconds,
        "one piece of work from claim to report, by provider"
    );
    describe_counter!(OUTCOMES, Unit::Count, "reports by provider and outcome");
    describe_gauge!(IN_FLIGHT, Unit::Count, "publications a worker has in hand");
    describe_counter!(
        LOST,
        Unit::Count,
        "leases that were lost while work was in flight"
    );
}

pub(crate) fn late(provider: &str, lateness: Duration) {
    histogram!(LATENESS, "provider" => provider.to_owned()).record(lateness.as_secs_f64());
}

pub(crate) fn took(provider: &str, duration: Duration) {
    histogram!(DURATION, "provider" => provider.to_owned()).record(duration.as_secs_f64());
}

pub(crate) fn ended(provider: &str, outcome: &'static str) {
    counter!(OUTCOMES, "provider" => provider.to_owned(), "outcome" => outcome).increment(1);
}

pub(crate) fn in_flight(change: f64) {
    gauge!(IN_FLIGHT).increment(change);
}

pub(crate) fn lost() {
    counter!(LOST).increment(1);
}
