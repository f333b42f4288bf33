//! How often and how many at once: one bucket of calls per key for reading, one for writing, and a count of running calls.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use postern_domain::Timestamp;

use crate::caller::Fingerprint;
use crate::settings::Limits;

/// Above this many keys, those that have been quiet are forgotten.
const MANY: usize = 10_000;
/// A key that was quiet for this long has full buckets anyway.
const QUIET: Duration = Duration::from_mins(2);

/// Counts the calls of this process.
#[derive(Clone)]
pub(crate) struct Meter {
    limits: Limits,
    keys: Arc<Mutex<HashMap<Fingerprint, Account>>>,
}

/// What one key has used.
#[derive(Debug, Clone, Copy)]
struct Account {
    reads: f64,
    writes: f64,
    running: u32,
    listening: usize,
    seen: Timestamp,
}

/// A call that was let in; counts as running until dropped.
pub(crate) struct Pass {
    keys: Arc<Mutex<HashMap<Fingerprint, Account>>>,
    key: Fingerprint,
}

/// A subscription that was let in; counts as open until dropped.
pub(crate) struct Ear {
    keys: Arc<Mutex<HashMap<Fingerprint, Account>>>,
    key: Fingerprint,
}

/// Why a call has to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wait {
    /// Too many calls in the last minute; seconds until the next one is due.
    Often(u64),
    /// Too many calls are running.
    AtOnce(u32),
}

impl Meter {
    /// Nobody has called yet.
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            keys: Arc::default(),
        }
    }

    /// Lets a call in, or says how long it has to wait.
    pub(crate) fn admit(&self, key: &Fingerprint, writes: bool, now: Timestamp) -> Result<Pass, Wait> {
        let per_minute = if writes {
            self.limits.writes_per_minute
        } else {
            self.limits.reads_per_minute
        };
        let mut keys = lock(&self.keys);
        forget_quiet(&mut keys, now);
        let account = keys.entry(key.clone()).or_insert_with(|| self.fresh(now));
        self.refill(account, now);
        if account.running >= self.limits.calls_at_once {
            return Err(Wait::AtOnce(self.limits.calls_at_once));
        }
        if let Some(per_minute) = per_minute {
            let bucket = if writes {
                &mut account.writes
            } else {
                &mut account.reads
            };
            if *bucket < 1.0 {
                let seconds = ((1.0 - *bucket) * 60.0 / f64::from(per_minute.max(1))).ceil();
                return Err(Wait::Often(
                    Duration::from_secs_f64(seconds.clamp(1.0, 60.0)).as_secs(),
                ));
            }
            *bucket -= 1.0;
        }
        account.running += 1;
        Ok(Pass {
            keys: Arc::clone(&self.keys),
            key: key.clone(),
        })
    }

    /// Lets a subscription in, unless the key has as many open as it may have event streams.
    pub(crate) fn listen(&self, key: &Fingerprint, now: Timestamp) -> Option<Ear> {
        let mut keys = lock(&self.keys);
        forget_quiet(&mut keys, now);
        let account = keys.entry(key.clone()).or_insert_with(|| self.fresh(now));
        if account.listening >= self.limits.streams_per_key {
            return None;
        }
        account.listening += 1;
        Some(Ear {
            keys: Arc::clone(&self.keys),
            key: key.clone(),
        })
    }

    fn fresh(&self, now: Timestamp) -> Account {
        let full = |per_minute: Option<u32>| f64::from(per_minute.unwrap_or(0));
        Account {
            reads: full(self.limits.reads_per_minute),
            writes: full(self.limits.writes_per_minute),
            running: 0,
            listening: 0,
            seen: now,
        }
    }

    fn refill(&self, account: &mut Account, now: Timestamp) {
        let minutes = now.since(account.seen).as_secs_f64() / 60.0;
        account.seen = now.max(account.seen);
        let fill = |level: f64, per_minute: Option<u32>| {
            let full = f64::from(per_minute.unwrap_or(0));
            (level + minutes * full).min(full)
        };
        account.reads = fill(account.reads, self.limits.reads_per_minute);
        account.writes = fill(account.writes, self.limits.writes_per_minute);
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        if let Some(account) = lock(&self.keys).get_mut(&self.key) {
            account.running = account.running.saturating_sub(1);
        }
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        if let Some(account) = lock(&self.keys).get_mut(&self.key) {
            account.listening = account.listening.saturating_sub(1);
        }
    }
}

/// Above many keys, those that have been quiet are forgotten.
fn forget_quiet(keys: &mut HashMap<Fingerprint, Account>, now: Timestamp) {
    if keys.len() >= MANY {
        keys.retain(|_, account| {
            account.running > 0 || account.listening > 0 || now.since(account.seen) < QUIET
        });
    }
}

/// The counts are whole between any two statements, so a panic elsewhere leaves them usable.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

    fn meter() -> Meter {
        Meter::new(Limits {
            reads_per_minute: Some(3),
            writes_per_minute: Some(1),
            calls_at_once: 2,
            ..Limits::default()
        })
    }

    fn key(name: &str) -> Fingerprint {
        Fingerprint::of(name)
    }

    #[test]
    fn buckets_empty_and_fill_again() {
        let meter = meter();
        for _ in 0..3 {
            assert!(meter.admit(&key("a"), false, NOW).is_ok());
        }
        assert_eq!(meter.admit(&key("a"), false, NOW).err(), Some(Wait::Often(20)));
        assert!(
            meter.admit(&key("a"), true, NOW).is_ok(),
            "writing has its own bucket"
        );
        assert_eq!(meter.admit(&key("a"), true, NOW).err(), Some(Wait::Often(60)));
        assert!(
            meter.admit(&key("b"), false, NOW).is_ok(),
            "another key has its own buckets"
        );
        assert!(
            meter
                .admit(&key("a"), false, NOW.plus(Duration::from_secs(20)))
                .is_ok()
        );
    }

    #[test]
    fn running_calls_are_bounded_and_counted_down() {
        let meter = meter();
        let first = meter.admit(&key("a"), false, NOW);
        let second = meter.admit(&key("a"), false, NOW);
        assert!(first.is_ok() && second.is_ok());
        assert_eq!(meter.admit(&key("a"), true, NOW).err(), Some(Wait::AtOnce(2)));
        drop(first);
        assert!(meter.admit(&key("a"), true, NOW).is_ok());
    }

    #[test]
    fn subscriptions_are_bounded_like_event_streams() {
        let meter = Meter::new(Limits {
            streams_per_key: 1,
            ..Limits::default()
        });
        let first = meter.listen(&key("a"), NOW);
        assert!(first.is_some() && meter.listen(&key("a"), NOW).is_none());
        assert!(meter.listen(&key("b"), NOW).is_some());
        drop(first);
        assert!(meter.listen(&key("a"), NOW).is_some());
    }

    #[test]
    fn no_bound_is_no_bound() {
        let limits = Limits {
            reads_per_minute: None,
            writes_per_minute: None,
            ..Limits::default()
        };
        let meter = Meter::new(limits);
        assert!((0..1000).all(|_| meter.admit(&key("a"), true, NOW).is_ok()));
    }
}
