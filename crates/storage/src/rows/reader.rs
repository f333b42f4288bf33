//! Reads columns whose value may make no sense, and says which row that was.

use std::time::Duration;

use postern_domain::ports::StorageError;
use postern_domain::time::Zone;

/// One row under reading.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    /// The table.
    pub(crate) table: &'static str,
    /// The row's id, shown in errors.
    pub(crate) row: &'a dyn std::fmt::Display,
}

impl<'a> Reader<'a> {
    /// Begins to read a row.
    pub(crate) fn new(table: &'static str, row: &'a dyn std::fmt::Display) -> Self {
        Self { table, row }
    }

    /// The error about a column.
    pub(crate) fn corrupt(&self, column: &'static str) -> StorageError {
        StorageError::Corrupt {
            table: self.table,
            column,
            row: self.row.to_string(),
        }
    }

    /// A count of 32 bits.
    pub(crate) fn small(&self, column: &'static str, value: i32) -> Result<u32, StorageError> {
        u32::try_from(value).map_err(|_| self.corrupt(column))
    }

    /// A count of 64 bits.
    pub(crate) fn big(&self, column: &'static str, value: i64) -> Result<u64, StorageError> {
        u64::try_from(value).map_err(|_| self.corrupt(column))
    }

    /// A span in milliseconds.
    pub(crate) fn millis(&self, column: &'static str, value: i64) -> Result<Duration, StorageError> {
        self.big(column, value).map(Duration::from_millis)
    }

    /// A word of a closed set, or anything else that is parsed from a text.
    pub(crate) fn word<T>(
        &self,
        column: &'static str,
        text: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, StorageError> {
        parse(text).ok_or_else(|| self.corrupt(column))
    }

    /// The name of a zone.
    pub(crate) fn zone(&self, column: &'static str, name: &str) -> Result<Zone, StorageError> {
        Zone::parse(name).map_err(|_| self.corrupt(column))
    }
}

/// A count of 32 bits for its column; stops at the greatest that fits.
pub(crate) fn small(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// A count of 64 bits for its column; stops at the greatest that fits.
pub(crate) fn big(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
