//! Instants as the databases keep them: UTC with microseconds.

use chrono::{DateTime, SecondsFormat, Utc};
use postern_domain::time::Timestamp;

/// 0000-01-01T00:00:00Z; SQLite compares instants as text, which is right for years of four digits only.
const FIRST: i64 = -62_167_219_200_000_000;

/// 9999-12-31T23:59:59.999999Z.
const LAST: i64 = 253_402_300_799_999_999;

/// What stands in the column. Instants outside the years 0 to 9999 become the nearest one inside.
pub(crate) fn instant(at: Timestamp) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(at.as_micros().clamp(FIRST, LAST)).unwrap_or(DateTime::UNIX_EPOCH)
}

/// The same as text, in the very form that the driver gives to SQLite, which compares instants as text.
pub(crate) fn moment(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, false)
}

/// What a column's value means.
pub(crate) fn timestamp(at: DateTime<Utc>) -> Timestamp {
    Timestamp::from_micros(at.timestamp_micros())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_read_back_and_far_ones_stay_comparable() {
        for micros in [0, 1, -1, 1_768_471_200_123_456, FIRST, LAST] {
            let at = Timestamp::from_micros(micros);
            assert_eq!(timestamp(instant(at)), at, "{micros}");
        }
        assert_eq!(
            timestamp(instant(Timestamp::from_micros(i64::MAX))).as_micros(),
            LAST
        );
        assert_eq!(
            timestamp(instant(Timestamp::from_micros(i64::MIN))).as_micros(),
            FIRST
        );
    }
}
