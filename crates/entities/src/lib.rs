//! The SeaORM entities, one file per table.
