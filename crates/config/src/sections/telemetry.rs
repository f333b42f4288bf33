//! Section `telemetry`.

use crate::schema::{BaseUrl, choice, section};

section! {
    /// Logs, traces and figures.
    pub struct Telemetry in "telemetry" {
        /// Least level of log lines (`error`, `warn`, `info`, `debug`, `trace`), or levels by crate.
        log_level: String = "info" { example: "info,postern_worker=debug" };
        /// Shape of log lines: `json` for collectors, `text` for people.
        log_format: LogFormat = "json";
        /// Collector that takes traces by OTLP over gRPC, plain http; absent means that traces go nowhere.
        otlp_endpoint: Option<BaseUrl> = "" { example: "http://otel-collector:4317" };
        /// Whether `/metrics` answers.
        metrics: bool = "true";
        /// Name of the service in traces; absent means the name of the binary.
        service_name: Option<String> = "" { example: "postern-worker" };
    }
}

impl Telemetry {
    /// Whether every part of the log level is a level, or a crate with a level.
    pub(crate) fn has_known_levels(&self) -> bool {
        const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];
        self.log_level.split(',').all(|part| {
            let level = part.split_once('=').map_or(part, |(_, level)| level);
            LEVELS.contains(&level.trim().to_ascii_lowercase().as_str())
        })
    }
}

choice! {
    /// Shape of log lines.
    pub enum LogFormat {
        /// One JSON object per line.
        Json = "json",
        /// Coloured text.
        Text = "text",
    }
}
