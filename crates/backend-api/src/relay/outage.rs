//! A time in which the bus or the database is away: said once at its begin and once at its end.

use std::time::Duration;

use super::RelayError;

/// The first and the last pause between two tries.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LAST_PAUSE: Duration = Duration::from_secs(5);

/// Whether something is away, and for how many tries already.
#[derive(Debug, Default)]
pub(super) struct Outage {
    tries: u32,
}

impl Outage {
    /// Whether the last try failed.
    pub(super) fn is_on(&self) -> bool {
        self.tries > 0
    }

    /// Whether more than so many tries failed in a row.
    pub(super) fn is_longer_than(&self, tries: u32) -> bool {
        self.tries > tries
    }

    /// Takes note of a failed try; answers how long to wait before the next.
    pub(super) fn noted(&mut self, error: &RelayError) -> Duration {
        if !self.is_on() {
            let cause = std::error::Error::source(error).map(ToString::to_string);
            tracing::warn!(error = %error, cause, "announcements wait in the outbox");
        }
        let pause = FIRST_PAUSE.saturating_mul(1 << self.tries.min(6)).min(LAST_PAUSE);
        self.tries = self.tries.saturating_add(1);
        pause
    }

    /// Takes note of a try that went well.
    pub(super) fn ended(&mut self) {
        if self.is_on() {
            tracing::info!("announcements move again");
        }
        self.tries = 0;
    }
}

#[cfg(test)]
mod tests {
    use postern_domain::ports::BusError;

    use super::*;

    #[test]
    fn pauses_grow_to_five_seconds_and_begin_anew() {
        let error = RelayError::Bus(BusError::Unavailable("x".into()));
        let mut outage = Outage::default();
        let pauses: Vec<u128> = (0..7).map(|_| outage.noted(&error).as_millis()).collect();
        assert_eq!(pauses, [250, 500, 1000, 2000, 4000, 5000, 5000]);
        outage.ended();
        assert!(!outage.is_on());
        assert_eq!(outage.noted(&error), FIRST_PAUSE);
    }
}
