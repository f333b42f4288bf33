//! Metronomes over the real use cases: SQLite, a bus in memory, time that is told.
#![expect(clippy::unwrap_used, reason = "what a test begins with must be there")]

mod chores;
mod hall;
mod recurrences;
mod release;
mod storage;
