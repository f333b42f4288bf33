//! The metrics of this crate.

use std::time::Duration;

use postern_telemetry::metrics::{Declared, Kind, Unit, declare};

/// Tool calls; labels `tool`, `outcome`.
const CALLS: Declared = Declared {
    name: "mcp_tool_calls_total",
    kind: Kind::Counter,
    unit: Unit::Count,
    meaning: "tool calls by tool and outcome (done, refused, asked, failed)",
};

/// Time of a tool call; label `tool`.
const DURATION: Declared = Declared {
    name: "mcp_tool_call_duration_seconds",
    kind: Kind::Histogram,
    unit: Unit::Seconds,
    meaning: "time from a tool call to its result, by tool",
};

/// Open event streams of the older transport.
const STREAMS: Declared = Declared {
    name: "mcp_open_streams",
    kind: Kind::Gauge,
    unit: Unit::Count,
    meaning: "open event streams of the HTTP+SSE transport",
};

/// Makes the meaning of these metrics part of `/metrics`.
pub(crate) fn describe() {
    declare(&[CALLS, DURATION, STREAMS]);
}

/// Counts a tool call that has ended.
pub(crate) fn count_call(tool: &'static str, outcome: &'static str, took: Duration) {
    metrics::counter!(CALLS.name, "tool" => tool, "outcome" => outcome).increment(1);
    metrics::histogram!(DURATION.name, "tool" => tool).record(took.as_secs_f64());
}

/// An event stream was opened (1) or closed (-1).
pub(crate) fn count_stream(change: f64) {
    metrics::gauge!(STREAMS.name).increment(change);
}
