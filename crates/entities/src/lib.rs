//! The SeaORM entities, one file per table.
//!
//! Plain rows with the columns' own types: no domain type, no query, no relation. `postern-storage` turns them into
//! domain values and back, and is the only crate that sees them. Ids are 128-bit UUIDs, instants are UTC with
//! microseconds, closed sets are their names. What the tables look like in each database is the business of
//! `postern-migrations`.

pub mod answer;
pub mod api_key;
pub mod app_registration;
pub mod attempt;
pub mod audit;
pub mod batch_post;
pub mod channel;
pub mod channel_group;
pub mod connect_attempt;
pub mod credential;
pub mod dead_letter;
pub mod entry;
pub mod entry_media;
pub mod grant_warning;
pub mod idempotency_key;
pub mod media;
pub mod member;
pub mod outbox;
pub mod pause;
pub mod person;
pub mod post;
pub mod post_tag;
pub mod post_version;
pub mod publication;
pub mod recurrence;
pub mod release;
pub mod session;
pub mod slot;
pub mod tag;
pub mod upload;
pub mod workspace;
