//! The domain of Postern: what a post, channel, publication and release are, and what may happen to them.
//!
//! Everything here is pure: no I/O, no serialisation, no clock. What the outside must offer stands in
//! [`ports`]; begin with [`ports::Backend`], the one face that every door (web UI, REST, MCP, command line)
//! talks to, then [`publication`], the state machine that keeps a post from going out twice.
//!
//! Invariants kept here:
//! - a publication that is published never becomes anything else;
//! - a commit that may have reached the platform is never sent again unless the platform makes that safe;
//! - retry is decided from [`failure::ErrorClass`] alone.
#![deny(missing_docs)]

pub mod id;
pub mod secret;
pub mod time;
pub mod value;

pub mod capability;
pub mod content;
pub mod manifest;
pub mod media;

pub mod actor;
pub mod channel;
pub mod key;
pub mod notice;
pub mod pause;
pub mod workspace;

pub mod batch;
pub mod dead_letter;
pub mod event;
pub mod failure;
pub mod insight;
pub mod post;
pub mod publication;
pub mod rate;
pub mod recurrence;
pub mod review;
pub mod tag;

pub mod error;
pub mod problem;

pub mod ports;

pub use actor::Actor;
pub use error::BackendError;
pub use problem::{Code, Problem};
pub use time::Timestamp;
