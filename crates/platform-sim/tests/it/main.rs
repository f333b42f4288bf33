//! The simulator held against the rules of each platform, item by item.
#![expect(
    clippy::expect_used,
    reason = "a test ends where its setting is not as expected"
)]

mod bluesky;
mod control;
mod faults;
mod linkedin;
mod mastodon;
mod oauth1;
mod probe;
mod x;
