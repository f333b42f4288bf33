//! From settings to ports: one file per port.

mod apps;
mod backend;
mod bus;
mod media;
mod notifier;
mod providers;
mod sandbox;
mod secrets;
mod storage;

pub use backend::{Core, core};
pub use bus::{bus, counters};
pub use media::{media_reader, media_store};
pub use notifier::notifier;
pub use providers::registry;
pub use sandbox::{SandboxAddress, read_sandbox, write_sandbox};
pub use secrets::{Secrets, secrets};
pub use storage::storage;
