//! Counters inside one process.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use postern_domain::ports::{CounterError, Counters, RateDecision, RateLimit};
use postern_domain::rate::{Admission, Ledger, Request, Told};
use postern_domain::time::Timestamp;
use tokio::time::Instant;

/// After so many calls, what has lapsed is thrown away.
const CALLS_PER_CLEARING: u32 = 1_024;

/// Counters that end with the process.
#[derive(Debug, Default)]
pub struct MemoryCounters {
    state: Mutex<State>,
    buckets: Mutex<Ledger>,
}

#[derive(Debug, Default)]
struct State {
    windows: HashMap<String, Window>,
    locks: HashMap<String, Lock>,
    /// When each key may be first again.
    seen: HashMap<String, Instant>,
    calls: u32,
    locks_given: u64,
}

#[derive(Debug)]
struct Window {
    used: u32,
    until: Instant,
}

#[derive(Debug)]
struct Lock {
    token: String,
    until: Instant,
}

impl MemoryCounters {
    /// Counters at zero.
    pub fn new() -> Self {
        Self::default()
    }

    /// The state, cleared of what has lapsed now and then. A panic elsewhere leaves it whole.
    fn state(&self, now: Instant) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.calls += 1;
        if state.calls >= CALLS_PER_CLEARING {
            state.calls = 0;
            state.windows.retain(|_, window| window.until > now);
            state.locks.retain(|_, lock| lock.until > now);
            state.seen.retain(|_, until| *until > now);
        }
        state
    }

    fn buckets(&self) -> MutexGuard<'_, Ledger> {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Counters for MemoryCounters {
    async fn take(&self, key: &str, limit: RateLimit) -> Result<RateDecision, CounterError> {
        let now = Instant::now();
        let mut state = self.state(now);
        let window = state
            .windows
            .entry(key.to_owned())
            .or_insert(Window { used: 0, until: now });
        if window.until <= now {
            *window = Window {
                used: 0,
                until: now + limit.window,
            };
        }
        let allowed = window.used < limit.count;
        if allowed {
            window.used += 1;
        }
        Ok(RateDecision {
            allowed,
            remaining: limit.count.saturating_sub(window.used),
            reset_after: window.until - now,
        })
    }

    async fn admit(&self, request: &Request, now: Timestamp) -> Result<Vec<Admission>, CounterError> {
        Ok(self.buckets().admit(request, now))
    }

    async fn hear(&self, told: &[Told], now: Timestamp) -> Result<(), CounterError> {
        self.buckets().hear(told, now);
        Ok(())
    }

    async fn lock(&self, key: &str, ttl: Duration) -> Result<Option<String>, CounterError> {
        let now = Instant::now();
        let mut state = self.state(now);
        if state.locks.get(key).is_some_and(|lock| lock.until > now) {
            return Ok(None);
        }
        state.locks_given += 1;
        let token = state.locks_given.to_string();
        let lock = Lock {
            token: token.clone(),
            until: now + ttl,
        };
        state.locks.insert(key.to_owned(), lock);
        Ok(Some(token))
    }

    async fn unlock(&self, key: &str, token: &str) -> Result<(), CounterError> {
        let mut state = self.state(Instant::now());
        if state.locks.get(key).is_some_and(|lock| lock.token == token) {
            state.locks.remove(key);
        }
        Ok(())
    }

    async fn once(&self, key: &str, ttl: Duration) -> Result<bool, CounterError> {
        let now = Instant::now();
        let mut state = self.state(now);
        if state.seen.get(key).is_some_and(|until| *until > now) {
            return Ok(false);
        }
        state.seen.insert(key.to_owned(), now + ttl);
        Ok(true)
    }

    async fn ping(&self) -> Result<(), CounterError> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn lapsed_keys_do_not_fill_the_memory() {
        let counters = MemoryCounters::new();
        let nothing = Duration::ZERO;
        for number in 0..CALLS_PER_CLEARING {
            let key = number.to_string();
            counters.once(&key, nothing).await.unwrap();
            counters.lock(&key, nothing).await.unwrap();
            let limit = RateLimit {
                count: 1,
                window: nothing,
            };
            counters.take(&key, limit).await.unwrap();
        }
        let state = counters.state.lock().unwrap();
        let kept = state.windows.len() + state.locks.len() + state.seen.len();
        assert!(kept < 1_100, "{kept}");
    }
}
