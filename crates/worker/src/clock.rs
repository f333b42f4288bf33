//! The time a worker goes by.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use postern_domain::ports::Clock;
use postern_domain::time::Timestamp;

/// How far the two clocks may differ before it matters: an answer takes its time too.
const TOLERANCE_MICROS: i64 = 1_000_000;

/// The machine's clock, set right by the backend's where the two differ.
///
/// Armings, leases and dates are written by the backend, and how long ago a commit was sent decides what a search for
/// it can say. A machine whose clock is wrong would search too early or give up too soon.
pub struct BackendClock {
    own: Arc<dyn Clock>,
    ahead_micros: AtomicI64,
}

impl BackendClock {
    /// The machine's clock, until the backend is heard.
    pub fn new(own: Arc<dyn Clock>) -> Self {
        Self {
            own,
            ahead_micros: AtomicI64::new(0),
        }
    }

    /// Takes the time at which the backend answered just now.
    pub(crate) fn follow(&self, backend: Timestamp) {
        let ahead = backend.as_micros().saturating_sub(self.own.now().as_micros());
        let known = self.ahead_micros.load(Ordering::Relaxed);
        if ahead.saturating_sub(known).saturating_abs() <= TOLERANCE_MICROS {
            return;
        }
        let wanted = if ahead.saturating_abs() <= TOLERANCE_MICROS {
            0
        } else {
            ahead
        };
        self.ahead_micros.store(wanted, Ordering::Relaxed);
        tracing::warn!(
            ahead_ms = wanted / 1_000,
            "this machine's clock and the backend's differ; the backend's counts"
        );
    }
}

impl Clock for BackendClock {
    fn now(&self) -> Timestamp {
        let ahead = self.ahead_micros.load(Ordering::Relaxed);
        Timestamp::from_micros(self.own.now().as_micros().saturating_add(ahead))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::time::Duration;

    use super::*;

    struct Watch(Mutex<Timestamp>);

    impl Clock for Watch {
        fn now(&self) -> Timestamp {
            *self.0.lock().unwrap()
        }
    }

    #[test]
    fn a_wrong_clock_follows_the_backends_and_a_right_one_is_left_alone() {
        let noon = Timestamp::from_secs(1_800_000_000);
        let own = Arc::new(Watch(Mutex::new(noon)));
        let clock = BackendClock::new(own.clone());
        let (blink, wrong) = (Duration::from_millis(400), Duration::from_secs(40));
        clock.follow(noon.minus(blink));
        assert_eq!(clock.now(), noon);
        clock.follow(noon.plus(wrong));
        assert_eq!(clock.now(), noon.plus(wrong));
        clock.follow(noon.plus(wrong).minus(blink));
        assert_eq!(clock.now(), noon.plus(wrong));
        clock.follow(noon.minus(wrong));
        assert_eq!(clock.now(), noon.minus(wrong));
        // The machine's clock was set right meanwhile.
        *own.0.lock().unwrap() = noon.minus(wrong);
        clock.follow(noon.minus(wrong).minus(blink));
        assert_eq!(clock.now(), noon.minus(wrong));
    }
}
