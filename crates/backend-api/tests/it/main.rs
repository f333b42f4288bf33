//! The routes and the relay over the real use cases: SQLite in a temporary file, files on disk.
#![expect(clippy::unwrap_used, reason = "what a test begins with must be there")]

mod bulk;
mod cases;
mod contract;
mod creating;
mod desk;
mod doors;
mod files;
mod keys;
mod labels;
mod late;
mod limits;
mod neighbours;
mod once;
mod others;
mod ours;
mod pausing;
mod planning;
mod refusals;
mod relay;
mod routes;
mod specs;
mod updates;
mod uploads;
