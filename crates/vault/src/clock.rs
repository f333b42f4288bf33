//! The wall clock.

use std::time::{SystemTime, UNIX_EPOCH};

use postern_domain::ports::Clock;
use postern_domain::time::Timestamp;

/// The machine's clock, cut to microseconds; set off from it where a test wants a wrong clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock {
    offset_micros: i64,
}

impl SystemClock {
    /// A clock that is so many milliseconds ahead of the machine's, or behind it where the number is negative.
    pub fn set_off(offset_ms: i64) -> Self {
        Self {
            offset_micros: offset_ms.saturating_mul(1_000),
        }
    }
}

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
        Timestamp::from_micros(micros.saturating_add(self.offset_micros))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_clock_shows_the_present() {
        let clock = SystemClock::default();
        let first = clock.now();
        assert!(
            first > Timestamp::parse("2025-01-01T00:00:00Z").unwrap(),
            "{first}"
        );
        assert!(
            first < Timestamp::parse("2200-01-01T00:00:00Z").unwrap(),
            "{first}"
        );
        assert!(clock.now() >= first);
    }

    #[test]
    fn a_clock_that_was_set_off_runs_beside_the_machines() {
        let (minute, hour) = (Duration::from_mins(1), Duration::from_hours(1));
        for (clock, wanted) in [
            (
                SystemClock::set_off(3_600_000),
                SystemClock::default().now().plus(hour),
            ),
            (
                SystemClock::set_off(-3_600_000),
                SystemClock::default().now().minus(hour),
            ),
        ] {
            let shown = clock.now();
            assert!(shown >= wanted && shown < wanted.plus(minute), "{shown} {wanted}");
        }
    }
}
