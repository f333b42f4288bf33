//! What every HTTP and gRPC door has: a span and a log line per request, probes and figures.

mod ops;
mod request;
mod route;

pub use ops::{Check, Readiness, ReadyCheck, ops_router};
pub use request::traced;
