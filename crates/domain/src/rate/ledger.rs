//! All buckets of one process.

use std::collections::HashMap;

use super::bucket::Counted;
use super::{Admission, Ask, Request, Told};
use crate::time::Timestamp;

/// After so many calls, buckets that do not matter any more are thrown away.
const CALLS_PER_CLEARING: u32 = 1_024;

/// Buckets by key. Counters that many processes share keep the same sums elsewhere.
#[derive(Debug, Default)]
pub struct Ledger {
    buckets: HashMap<String, Counted>,
    calls: u32,
}

impl Ledger {
    /// Answers each wish in turn. What may go is counted at once.
    pub fn admit(&mut self, request: &Request, now: Timestamp) -> Vec<Admission> {
        self.clear_now_and_then(now);
        request
            .asks
            .iter()
            .map(|ask| self.admit_one(request, ask, now))
            .collect()
    }

    fn admit_one(&mut self, request: &Request, ask: &Ask, now: Timestamp) -> Admission {
        let own: Vec<_> = ask
            .buckets
            .iter()
            .filter_map(|place| request.buckets.get(*place))
            .collect();
        let rooms: Vec<Timestamp> = own
            .iter()
            .map(|bucket| match self.buckets.get(&bucket.key) {
                Some(counted) => counted.earliest(&bucket.allowances, ask.wanted, now),
                None => now,
            })
            .collect();
        let earliest = rooms.iter().copied().max().unwrap_or(now);
        let may_go = earliest <= now;
        for (bucket, room) in own.iter().zip(rooms) {
            if ask.wanted == 0 || (!may_go && room <= now) {
                continue;
            }
            let counted = self.buckets.entry(bucket.key.clone()).or_default();
            if may_go {
                counted.take(&bucket.allowances, ask.wanted, now);
            } else {
                counted.line_up(room);
            }
        }
        if may_go {
            Admission::Now
        } else {
            Admission::NotBefore(earliest)
        }
    }

    /// Counts what was let through elsewhere, so that this ledger can go on from there.
    pub fn count(&mut self, request: &Request, admissions: &[Admission], now: Timestamp) {
        self.clear_now_and_then(now);
        for (ask, admission) in request.asks.iter().zip(admissions) {
            if *admission != Admission::Now || ask.wanted == 0 {
                continue;
            }
            for bucket in ask.buckets.iter().filter_map(|place| request.buckets.get(*place)) {
                let counted = self.buckets.entry(bucket.key.clone()).or_default();
                counted.take(&bucket.allowances, ask.wanted, now);
            }
        }
    }

    /// Takes what platforms said.
    pub fn hear(&mut self, told: &[Told], now: Timestamp) {
        self.clear_now_and_then(now);
        for word in told.iter().filter(|word| word.until > now) {
            let counted = self.buckets.entry(word.key.clone()).or_default();
            counted.hear(word.remaining, word.until, now);
        }
    }

    /// How many buckets are kept.
    pub fn len(&self) -> usize {
        self.buckets.len()
    }

    /// Whether no bucket is kept.
    pub fn is_empty(&self) -> bool {
        self.buckets.is_empty()
    }

    fn clear_now_and_then(&mut self, now: Timestamp) {
        self.calls += 1;
        if self.calls >= CALLS_PER_CLEARING {
            self.calls = 0;
            self.buckets.retain(|_, counted| !counted.is_spent(now));
        }
    }
}
