//! The schema history for SQLite and Postgres.
