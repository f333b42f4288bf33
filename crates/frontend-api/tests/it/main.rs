//! The pages over a backend in memory.
#![expect(
    clippy::unwrap_used,
    reason = "a test stops where something is not as it must be"
)]

mod browser;
mod fake;

mod account;
mod channels;
mod compose;
mod doors;
mod live;
mod posts;
mod recurrences;
mod settings;
