//! The gateway from outside, over a fake backend.

mod client;
mod confirmation;
mod doors;
mod fake;
mod hygiene;
mod messages;
mod streams;
mod tools;
