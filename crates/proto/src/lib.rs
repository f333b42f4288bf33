//! The backend port over gRPC: messages, the client that implements `ports::Backend`, and the server that exposes
//! any `ports::Backend`.
//!
//! Begin with [`Client`] for the calling side and [`routes`] for the answering side; both speak domain types, so
//! callers cannot tell a [`Client`] from the use cases themselves. The messages stand in `proto/postern/v1` and
//! grow by addition only.
//!
//! Invariants kept here:
//! - a `BackendError` arrives as it was sent; whatever goes wrong on the way is `Unavailable` or `Internal`;
//! - no message implements `Debug`, so tokens, passwords and texts cannot be printed by accident;
//! - every call carries the service token, compared in constant time; without one nobody is answered.
#![deny(missing_docs)]

mod client;
mod server;

mod convert;
mod fault;
mod messages;

pub use client::{Client, ClientOptions, ConnectError};
pub use server::routes;

use messages::v1;

/// Largest message in either direction, in bytes.
const MESSAGE_MAX: usize = 16 * 1024 * 1024;
