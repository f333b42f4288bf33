//! `Stack`: the product as a whole, in both shapes, and the tests that need it.
//!
//! A [`Stack`] is made of the programs that people run, started on free ports with data of their own: one process
//! with SQLite, one process over PostgreSQL and Redis, or five processes beside a simulator.
//! Tests speak to it from outside alone: over HTTP, MCP and the command line.
//!
//! What holds here:
//!
//! - Every wait is a question asked again until a deadline ([`until`]); nobody sleeps for luck.
//! - A stack ends its programs when it is dropped, and shows their logs when its test has failed.
//! - [`Stack::finish`] insists that nothing is half done: no lease, no unsent announcement, no request that the
//!   simulator did not expect.
//! - [`chaos`] breaks a stack on purpose, by a schedule that follows from a seed, and audits what is left.
//! - What a machine lacks skips the test with a line on standard error, except in CI ([`surroundings`]).

mod blows;
pub mod chaos;
mod command_line;
mod http;
mod mcp;
mod plan;
mod port;
mod program;
mod sdk;
mod sim;
mod split;
mod stack;
mod store;
pub mod surroundings;
mod until;
mod wire;

pub use command_line::{CommandLine, Said};
pub use http::{Answer, Http};
pub use mcp::Mcp;
pub use plan::Plan;
pub use port::free_port;
pub use program::{Program, Recipe};
pub use sdk::{Door, Language, Sdk};
pub use sim::Sim;
pub use stack::{Furnished, PLATFORMS, Stack};
pub use until::until;
pub use wire::Wire;
