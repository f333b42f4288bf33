//! The gateway from outside, over a fake backend.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::needless_pass_by_value,
    reason = "a test that meets the unexpected has failed, and JSON literals are passed as they are"
)]

mod audit;
mod bulk;
mod client;
mod confirmation;
mod doors;
mod fake;
mod first;
mod hygiene;
mod messages;
mod offers;
mod overview;
mod registry;
mod repeat;
mod scopes;
mod sessions;
mod streams;
mod tools;
