//! The schema history for SQLite and PostgreSQL, and the schema as it now stands.
//!
//! One set of migrations serves both databases; begin with the files `m…_create_….rs` in their order. A migration
//! works with the release before and after it: expand, move, contract. Each is one change in a file of its own, for
//! its name in the database is the file's stem. Never edit one that was released.
//!
//! - [`apply`] brings a database up to date; safe when several processes start at once.
//! - [`is_current`] tells whether it is, without writing.
//! - [`dump`] writes the schema down; `schema/sqlite.sql` and `schema/postgres.sql` are what it must say.

#![expect(
    elided_lifetimes_in_paths,
    reason = "the trait of sea-orm-migration is written without them, and signatures must agree"
)]

mod apply;
mod dump;
mod m20261120_000001_create_people;
mod m20261120_000002_create_channels;
mod m20261120_000003_create_media;
mod m20261120_000004_create_posts;
mod m20261120_000005_create_publications;
mod m20261120_000006_create_outbox;
mod m20261126_000001_quicken_publications;
mod m20261126_000003_index_turns;
mod m20261126_000004_add_pauses_and_dead_letters;
mod m20261126_000005_add_credential_renew_at;
mod m20261126_000006_create_recurrences;
mod m20261126_000007_order_turns_by_id;
mod m20261126_000008_lighten_reports;
mod m20261126_000010_serve_scripts;
mod m20261126_000012_add_post_review;
mod table;

pub use apply::{HISTORY, apply, count, is_current, undo};
pub use dump::dump;
