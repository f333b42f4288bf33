//! The storage port in SeaORM, the same for SQLite and Postgres.
