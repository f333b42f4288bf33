//! Conformance: every registered provider against the simulated platforms.

mod driver;
mod stage;

mod connecting;
mod doubts;
mod publishing;
mod refusals;

mod bluesky;
mod linkedin;
mod mastodon;
mod sandbox;
mod x;
