//! The storage suite against real databases: SQLite always, PostgreSQL where one is offered.

mod storage;
