//! The wall clock.

use std::time::{SystemTime, UNIX_EPOCH};

use postern_domain::ports::Clock;
use postern_domain::time::Timestamp;

/// The machine's clock, cut to microseconds.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the adapter that owns the wall clock"
    )]
    fn now(&self) -> Timestamp {
        let micros = match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_micros()).unwrap_or(i64::MAX),
            Err(before) => i64::try_from(before.duration().as_micros()).map_or(i64::MIN, |micros| -micros),
        };
        Timestamp::from_micros(micros)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_shows_the_present() {
        let first = SystemClock.now();
        assert!(
            first > Timestamp::parse("2025-01-01T00:00:00Z").unwrap(),
            "{first}"
        );
        assert!(
            first < Timestamp::parse("2200-01-01T00:00:00Z").unwrap(),
            "{first}"
        );
        assert!(SystemClock.now() >= first);
    }
}
