//! The gateway from outside, over a fake backend.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::needless_pass_by_value,
    reason = "a test that meets the unexpected has failed, and JSON literals are passed as they are"
)]

mod audit;
mod client;
mod confirmation;
mod doors;
mod fake;
mod hygiene;
mod messages;
mod repeat;
mod streams;
mod tools;
