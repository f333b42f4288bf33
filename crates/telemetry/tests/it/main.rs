//! Telemetry as a service sees it: doors, spans that arrive, a stop that always ends.

#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

mod doors;
mod export;
mod server;
