//! The private PostgreSQL and Redis of a run, with what this machine has to offer for them.

mod machine;

pub(crate) use machine::{Programs, install_missing};
pub(crate) use postern_servers::{Servers, free_port, interrupt};
