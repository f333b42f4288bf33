//! Counters that are away.

use std::time::Duration;

use async_trait::async_trait;
use postern_domain::ports::{CounterError, Counters, RateDecision, RateLimit};
use postern_domain::rate::{Admission, Request, Told};
use postern_domain::time::Timestamp;

/// Counters that never answer.
#[derive(Debug, Clone, Copy, Default)]
pub struct AwayCounters;

fn away<T>() -> Result<T, CounterError> {
    Err(CounterError::Unavailable("away".to_owned()))
}

#[async_trait]
impl Counters for AwayCounters {
    async fn take(&self, _key: &str, _limit: RateLimit) -> Result<RateDecision, CounterError> {
        away()
    }

    async fn admit(&self, _request: &Request, _now: Timestamp) -> Result<Vec<Admission>, CounterError> {
        away()
    }

    async fn hear(&self, _told: &[Told], _now: Timestamp) -> Result<(), CounterError> {
        away()
    }

    async fn lock(&self, _key: &str, _ttl: Duration) -> Result<Option<String>, CounterError> {
        away()
    }

    async fn unlock(&self, _key: &str, _token: &str) -> Result<(), CounterError> {
        away()
    }

    async fn once(&self, _key: &str, _ttl: Duration) -> Result<bool, CounterError> {
        away()
    }

    async fn ping(&self) -> Result<(), CounterError> {
        away()
    }
}
