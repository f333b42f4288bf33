//! The use cases over a real database: SQLite in a temporary file.

mod channels;
mod desk;
mod keys;
mod members;
mod posts;
mod publications;
