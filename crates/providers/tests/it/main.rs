//! Conformance: every registered provider against the simulated platforms.
#![expect(clippy::unwrap_used, reason = "a test may end where something is missing")]

mod driver;
mod stage;

mod connecting;
mod doubts;
mod evidence;
mod publishing;
mod refusals;

mod bluesky;
mod linkedin;
mod mastodon;
mod operators;
mod sandbox;
mod x;
