//! The bus port twice: Redis streams, and channels inside one process.
//!
//! [`memory::MemoryBus`] serves the shape where all services share one process, [`redis::RedisBus`] the shape
//! where they do not. Both implement [`postern_domain::ports::Bus`] and pass the same table of tests in
//! `tests/it/rules.rs`; begin there to see what a bus promises.
//!
//! Invariants: a message is given to one member of each group, and again after [`LEASE`] until somebody
//! acknowledges it; memory is bounded on both sides of every stream; no message is sent twice by this crate,
//! whatever becomes of the connection; types of the Redis client do not leave this crate.

pub mod memory;
pub mod redis;
mod token;

use std::time::Duration;

/// How long a message may stay unacknowledged before it is given to somebody else.
pub const LEASE: Duration = Duration::from_mins(1);
