//! The outside world for tests and demos: Mastodon, Bluesky, X and LinkedIn on one listener.
//!
//! Each platform answers under its own path prefix (`/mastodon`, `/bluesky`, `/x`, `/linkedin`) as its public
//! documents say it does, with all state in memory behind one lock.
//! It is a judge, not a friend: what a platform refuses is refused here with the same status, body and headers.
//!
//! Invariants:
//! - No type of the product is used, so a misreading in an adapter cannot confirm itself.
//! - Time and randomness come in through [`Sim::with_clock`] and [`Options::seed`].
//! - The control interface lives under `/_sim`; everything else belongs to a platform or to its public pages.
//! - Captured requests never hold tokens, passwords or secrets.
//!
//! Begin with `sim.rs` (what a simulator is), then `pipeline.rs` (the way of one request),
//! then the folder of a platform under `platforms/`.

mod sim;

mod pipeline;
mod platforms;

mod call;
mod multipart;
mod reply;

mod blob;
mod link;
mod random;
mod time;
mod window;
mod world;

mod capture;
mod control;
mod fault;
mod journal;
mod settings;

mod pages;
mod persist;
mod serve;

pub use crate::capture::{CapturedPart, CapturedRequest};
pub use crate::fault::{Fault, FaultKind, Operation, Times, UnknownWord};
pub use crate::journal::{JournalEntry, JournalMedia};
pub use crate::persist::StateError;
pub use crate::platforms::Platform;
pub use crate::serve::serve;
pub use crate::settings::SettingsError;
pub use crate::sim::{Clock, Options, Sim};
