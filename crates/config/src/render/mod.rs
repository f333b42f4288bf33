//! The documents that are produced from the settings.

mod docs;
mod env_example;

pub use docs::render_docs;
pub use env_example::render_env_example;
