//! The use cases over a real database: SQLite in a temporary file.
#![expect(clippy::unwrap_used, reason = "what a test begins with must be there")]

mod channels;
mod desk;
mod keys;
mod members;
mod posts;
mod publications;
mod recurrence;
mod shift;
