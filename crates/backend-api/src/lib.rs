//! The owner of the data: public REST, keys, media, and the relay of the outbox.
//!
//! [`router`] gives all HTTP routes over the use cases; [`relay::run`] moves announcements to the bus; [`run`] is
//! both on one listener. A main that also serves gRPC merges its routes with [`router`] and spawns the relay itself.
//! Begin with `rest/mod.rs`, the table of the compatible routes: each route is one file.
//!
//! Invariants kept here:
//! - a handler parses, calls one use case and renders; it decides nothing about posts;
//! - the compatible routes answer in the families their clients know, our own with problem documents;
//! - files stream in and out, none is ever held in memory as a whole;
//! - an announcement leaves the outbox only after the bus has taken it.

mod deps;
mod run;

pub mod relay;

mod docs;
mod edge;
mod files;
mod keys;
mod metrics;
mod rest;
mod routes;

pub use deps::{Deps, Settings};
pub use metrics::declare_metrics;
pub use routes::router;
pub use run::run;
