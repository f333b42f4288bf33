//! The simulator held against the rules of each platform, item by item.

mod bluesky;
mod control;
mod faults;
mod linkedin;
mod mastodon;
mod oauth1;
mod probe;
mod x;
