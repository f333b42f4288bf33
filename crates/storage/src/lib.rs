//! The storage port in SeaORM, the same for SQLite and PostgreSQL.
//!
//! Begin with [`Database`]: it opens units of work. A unit is one transaction; the files named like the port's
//! traits (`people.rs`, `channels.rs`, `posts/`, `publications/` and so on) implement it, query by query. What a row
//! looks like and how it becomes a domain value is told in `rows/`; whatever the two databases do differently is in
//! `dialect/`.
//!
//! What holds here:
//!
//! - Queries on a tenant's data take the workspace first.
//! - A unit that may write locks recurrences and channels first, where it does, then the publications it loads, in
//!   the order of their ids, then their posts: two units cannot wait for each other in a circle. SQLite has one writer at a time, which comes to the same.
//! - A post's summary state is a column that every change of its publications brings up to date in the same unit.
//! - Errors carry no value of a row, and no address with a password.

mod answers;
mod batches;
mod channels;
mod credentials;
mod database;
mod dead_letters;
mod dialect;
mod error;
mod grants;
mod housekeeping;
mod idempotency;
mod keys;
mod lists;
mod media;
mod outbox;
mod pauses;
mod people;
mod posts;
mod publications;
mod records;
mod recurrences;
mod rows;
mod search;
mod switches;
mod tags;
#[cfg(test)]
mod trial;
mod unit;
mod workspaces;

pub use database::{Database, Options, connect, create_database, drop_database, dump_schema, wait_for};
