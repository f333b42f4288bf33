//! The engine as a whole: real use cases on SQLite, a bus in memory, real workers, a platform that obeys.
#![expect(clippy::unwrap_used, reason = "what a test begins with must be there")]

mod doubt;
mod failing;
mod gate;
mod grants;
mod kills;
mod leases;
mod outage;
mod plant;
mod platform;
mod publishing;
mod shop;
mod stopping;
mod threads;
