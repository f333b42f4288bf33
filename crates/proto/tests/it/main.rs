//! The client over the server, with a fake backend behind it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod fake;
mod samples;
mod wiring;

mod calls;
mod errors;
mod gate;
mod streams;
mod values;
