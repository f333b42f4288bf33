//! All five services in one process, the five thin programs, and the `postern` command line.
//!
//! This is where adapters are named: [`assemble`] turns settings into ports, [`serve`] puts services together for
//! one process, whichever of them it runs. Rules are none of its business. Begin with `serve/mod.rs`.

pub mod assemble;
pub mod cli;
pub mod serve;

/// Work is many small values that are made on one thread and dropped on another.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The version of Postern.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
