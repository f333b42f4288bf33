//! Conformance: every registered provider against the simulated platforms.

mod connecting;
mod doubts;
mod driver;
mod publishing;
mod refusals;
mod stage;
