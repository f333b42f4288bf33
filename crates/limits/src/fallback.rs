//! Buckets that go on inside this process while the shared ones are away.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use postern_domain::ports::{CounterError, Counters, RateDecision, RateLimit};
use postern_domain::rate::{Admission, Ledger, Request, Told};
use postern_domain::time::Timestamp;

/// How long the shared counters are left alone after they did not answer.
const PAUSE: Duration = Duration::from_secs(5);

/// Shared counters, and what this process knows of their buckets.
///
/// Posts must go out while Redis is away, so its buckets have a second place: this process counts what it let
/// through itself, and goes on from there until the shared sums answer again. Limits on callers, locks and one-time
/// tokens have no second place, for what they protect must not be done twice.
pub struct FallbackCounters {
    shared: Arc<dyn Counters>,
    own: Mutex<Own>,
}

#[derive(Default)]
struct Own {
    buckets: Ledger,
    /// Until when the shared counters are left alone; set means that they are away.
    away_until: Option<Timestamp>,
}

impl FallbackCounters {
    /// Begins with the shared ones.
    pub fn new(shared: Arc<dyn Counters>) -> Self {
        Self {
            shared,
            own: Mutex::default(),
        }
    }

    /// Does something with what this process knows. A panic elsewhere leaves it whole.
    fn own<T>(&self, act: impl FnOnce(&mut Own) -> T) -> T {
        act(&mut self.own.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn is_away(&self, now: Timestamp) -> bool {
        self.own(|own| own.away_until.is_some_and(|until| until > now))
    }

    /// Notes whether the shared counters answered; tells of each change once.
    fn note(&self, trouble: Option<&CounterError>, now: Timestamp) {
        let before = self.own(|own| {
            let until = trouble.map(|_| now.plus(PAUSE));
            std::mem::replace(&mut own.away_until, until)
        });
        match (before, trouble) {
            (None, Some(error)) => {
                tracing::warn!(error = %error, "shared rates are away, this process counts alone");
            }
            (Some(_), None) => tracing::info!("shared rates are back"),
            (None, None) | (Some(_), Some(_)) => {}
        }
    }
}

impl fmt::Debug for FallbackCounters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FallbackCounters").finish_non_exhaustive()
    }
}

#[async_trait]
impl Counters for FallbackCounters {
    async fn take(&self, key: &str, limit: RateLimit) -> Result<RateDecision, CounterError> {
        self.shared.take(key, limit).await
    }

    async fn admit(&self, request: &Request, now: Timestamp) -> Result<Vec<Admission>, CounterError> {
        if self.is_away(now) {
            return Ok(self.own(|own| own.buckets.admit(request, now)));
        }
        let answer = self.shared.admit(request, now).await;
        self.note(answer.as_ref().err(), now);
        Ok(self.own(|own| match answer {
            Ok(admissions) => {
                own.buckets.count(request, &admissions, now);
                admissions
            }
            Err(_) => own.buckets.admit(request, now),
        }))
    }

    async fn hear(&self, told: &[Told], now: Timestamp) -> Result<(), CounterError> {
        self.own(|own| own.buckets.hear(told, now));
        if !self.is_away(now) {
            let heard = self.shared.hear(told, now).await;
            self.note(heard.as_ref().err(), now);
        }
        Ok(())
    }

    async fn lock(&self, key: &str, ttl: Duration) -> Result<Option<String>, CounterError> {
        self.shared.lock(key, ttl).await
    }

    async fn unlock(&self, key: &str, token: &str) -> Result<(), CounterError> {
        self.shared.unlock(key, token).await
    }

    async fn once(&self, key: &str, ttl: Duration) -> Result<bool, CounterError> {
        self.shared.once(key, ttl).await
    }

    async fn ping(&self) -> Result<(), CounterError> {
        self.shared.ping().await
    }
}
