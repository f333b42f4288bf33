//! The use cases over a real database: SQLite in a temporary file.
#![expect(clippy::unwrap_used, reason = "what a test begins with must be there")]

mod channels;
mod dead_letters;
mod desk;
mod grants;
mod keys;
mod members;
mod pauses;
mod posts;
mod publications;
mod rates;
mod recurrence;
mod review;
mod shift;
