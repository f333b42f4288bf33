//! A private PostgreSQL and a private Redis for one run of tests or benches, gone when the run is gone.
//!
//! [`Servers`] starts both on free ports of the loopback interface, with everything in one temporary folder.
//! Whoever breaks the product on purpose may restart the one, kill and empty the other; both come back on their ports.
//!
//! Invariants: nothing of the machine's own servers is touched; the keeper, a small shell that waits for this process
//! to end, stops them and removes the folder even when this process is killed.

mod account;
mod keeper;
mod launch;
mod port;
mod postgres;
mod process;
mod redis;
mod servers;

pub use keeper::interrupt;
pub use port::free_port;
pub use postgres::{Durability, Shutdown, installed as installed_postgres};
pub use servers::{Programs, Servers};
