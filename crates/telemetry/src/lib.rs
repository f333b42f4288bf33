//! Set-up of logs, spans, metrics; field names as constants; carrying trace context over gRPC and streams.
//!
//! A main calls [`init`] first and [`Guard::shutdown`] last, builds one [`Supervisor`] for all its tasks,
//! wraps its routers with [`http::traced`], adds [`http::ops_router`] and hands them to [`serve`].
//! Libraries take from here the [`fields`] of their log lines, [`propagate`] for work that crosses a
//! process or waits in a row, [`ResultExt`] for errors they carry on from, and [`metrics::declare`] for
//! the list of their metrics.
//!
//! Invariants: every log line is one JSON object with the trace it belongs to; no line, span or label holds
//! a raw path, for paths carry keys; a collector that is down costs spans and nothing else.

pub mod fields;
pub mod http;
mod log;
pub mod metrics;
pub mod propagate;
mod result;
mod serve;
mod setup;
mod supervisor;
#[cfg(feature = "testsuite")]
pub mod testsuite;

pub use result::ResultExt;
pub use serve::serve;
pub use setup::{Format, Guard, InitError, Options, Output, init};
pub use supervisor::{Supervisor, TaskFailure};
