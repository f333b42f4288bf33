//! Shared counters: rate windows, short locks, one-time tokens. Losing them loses no post.

use std::time::Duration;

use async_trait::async_trait;

use crate::rate::{Admission, Request, Told};
use crate::time::Timestamp;

/// A budget: so many within so long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// How many.
    pub count: u32,
    /// In which time.
    pub window: Duration,
}

/// Whether a budget allows one more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateDecision {
    /// Whether it does.
    pub allowed: bool,
    /// What is left.
    pub remaining: u32,
    /// How long until there is more.
    pub reset_after: Duration,
}

/// Why the counters did not answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CounterError {
    /// They cannot be reached.
    #[error("counters unavailable: {0}")]
    Unavailable(String),
}

/// The counters. Keys are ids and fingerprints, never secrets.
#[async_trait]
pub trait Counters: Send + Sync {
    /// Takes one from the budget of `key`, if there is one left.
    async fn take(&self, key: &str, limit: RateLimit) -> Result<RateDecision, CounterError>;

    /// Answers wishes for room in shared buckets, in their order and in one round trip: each takes from all its
    /// buckets or from none. The rules are those of [`crate::rate::Ledger::admit`].
    async fn admit(&self, request: &Request, now: Timestamp) -> Result<Vec<Admission>, CounterError>;

    /// Takes what platforms said about buckets; 0 remaining closes one until its time.
    async fn hear(&self, told: &[Told], now: Timestamp) -> Result<(), CounterError>;

    /// Takes a lock for at most `ttl`; none when somebody holds it. The answer is what to unlock with.
    async fn lock(&self, key: &str, ttl: Duration) -> Result<Option<String>, CounterError>;

    /// Gives a lock back; nothing happens when it is not this holder's any more.
    async fn unlock(&self, key: &str, token: &str) -> Result<(), CounterError>;

    /// True for the first caller with this key within `ttl`, false for all others.
    async fn once(&self, key: &str, ttl: Duration) -> Result<bool, CounterError>;

    /// Whether they answer.
    async fn ping(&self) -> Result<(), CounterError>;
}
