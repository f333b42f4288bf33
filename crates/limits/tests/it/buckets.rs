//! The platforms' buckets: the same answers from every kind of counters, whatever was asked.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use postern_domain::ports::{CounterError, Counters, RateDecision, RateLimit};
use postern_domain::rate::{Admission, Allowance, Ask, Bucket, Ledger, Request, Told};
use postern_domain::time::Timestamp;
use postern_limits::{FallbackCounters, MemoryCounters};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};

use crate::all_counters;

const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

fn bucket(key: &str, allowances: &[(u32, u64)]) -> Bucket {
    let allowance = |(count, secs): &(u32, u64)| Allowance {
        count: *count,
        window: Duration::from_secs(*secs),
    };
    Bucket {
        key: key.into(),
        allowances: allowances.iter().map(allowance).collect(),
    }
}

/// One channel of an app that is shared with others.
fn ground() -> Vec<Bucket> {
    vec![
        bucket("app", &[(20, 3600)]),
        bucket("one", &[(5, 60), (12, 900)]),
        bucket("two", &[(4, 100)]),
        bucket("free", &[]),
    ]
}

fn request(asks: &[(u32, &[usize])]) -> Request {
    let ask = |(wanted, buckets): &(u32, &[usize])| Ask {
        wanted: *wanted,
        buckets: buckets.to_vec(),
    };
    Request {
        buckets: ground(),
        asks: asks.iter().map(ask).collect(),
    }
}

/// One move of a history.
#[derive(Debug, Clone)]
enum Move {
    Pause(u64),
    Ask(Vec<(u32, usize)>),
    Hear(usize, u32, u64),
}

fn histories() -> impl Strategy<Value = Vec<Move>> {
    let one = prop_oneof![
        2 => (0..40_000_u64).prop_map(Move::Pause),
        6 => proptest::collection::vec((0..7_u32, 1..4_usize), 1..8).prop_map(Move::Ask),
        1 => (0..4_usize, 0..6_u32, 1..300_u64).prop_map(|(place, remaining, secs)| Move::Hear(place, remaining, secs)),
    ];
    proptest::collection::vec(one, 1..40)
}

/// Plays a history; answers all that was said.
async fn play(counters: &dyn Counters, history: &[Move], start: Timestamp) -> Vec<Admission> {
    let (mut now, mut said) = (start, Vec::new());
    for step in history {
        match step {
            Move::Pause(millis) => now = now.plus(Duration::from_millis(*millis)),
            Move::Ask(asks) => {
                let asks: Vec<(u32, [usize; 2])> = asks
                    .iter()
                    .map(|(wanted, place)| (*wanted, [0, *place]))
                    .collect();
                let asks: Vec<(u32, &[usize])> = asks
                    .iter()
                    .map(|(wanted, places)| (*wanted, places.as_slice()))
                    .collect();
                said.extend(counters.admit(&request(&asks), now).await.unwrap());
            }
            Move::Hear(place, remaining, secs) => {
                let told = Told {
                    key: ground()[*place].key.clone(),
                    remaining: *remaining,
                    until: now.plus(Duration::from_secs(*secs)),
                };
                counters.hear(&[told], now).await.unwrap();
            }
        }
    }
    said
}

#[tokio::test]
async fn every_history_has_the_answers_of_the_domain() {
    // Each history has counters of its own, so there are not many.
    let config = Config {
        cases: 48,
        failure_persistence: None,
        ..Config::default()
    };
    let mut runner = TestRunner::new(config);
    for _ in 0..48 {
        let history = histories().new_tree(&mut runner).unwrap().current();
        let start = NOW;
        let domain = Pure::default();
        let expected = play(&domain, &history, start).await;
        for counters in all_counters().await {
            assert_eq!(play(&*counters, &history, start).await, expected, "{history:?}");
        }
    }
}

#[tokio::test]
async fn a_batch_is_answered_in_order_and_all_or_nothing() {
    for counters in all_counters().await {
        let start = NOW;
        let asks: Vec<(u32, &[usize])> =
            vec![(3, &[0, 1]), (3, &[0, 1]), (1, &[0, 1]), (4, &[0, 2]), (1, &[3])];
        let said = counters.admit(&request(&asks), start).await.unwrap();
        let [first, second, third, other, free] = said.as_slice() else {
            panic!("{said:?}");
        };
        assert_eq!(
            (first, other, free),
            (&Admission::Now, &Admission::Now, &Admission::Now)
        );
        assert!(matches!(second, Admission::NotBefore(at) if *at > start));
        assert_eq!(second, third, "nobody overtakes");
        assert_eq!(counters.admit(&request(&[]), start).await.unwrap(), []);
    }
}

#[tokio::test]
async fn what_a_platform_closed_stays_closed_until_its_time() {
    for counters in all_counters().await {
        let start = NOW;
        let until = start.plus(Duration::from_secs(90));
        let told = Told {
            key: "app".into(),
            remaining: 0,
            until,
        };
        counters.hear(&[told], start).await.unwrap();
        let asks: [(u32, &[usize]); 2] = [(1, &[0, 3]), (0, &[0, 3])];
        let said = counters.admit(&request(&asks), start).await.unwrap();
        assert_eq!(said, [Admission::NotBefore(until); 2]);
        let said = counters.admit(&request(&asks), until).await.unwrap();
        assert_eq!(said, [Admission::Now; 2]);
        // A word that is over already changes nothing.
        let late = Told {
            key: "app".into(),
            remaining: 0,
            until: start,
        };
        counters.hear(&[late], until).await.unwrap();
        assert_eq!(counters.admit(&request(&asks), until).await.unwrap(), said);
    }
}

#[tokio::test]
async fn buckets_hold_under_many_callers() {
    for counters in all_counters().await {
        let (start, twenty) = (NOW, request(&[(1, &[0])]));
        let calls = (0..50).map(|_| counters.admit(&twenty, start));
        let mut admitted = 0;
        for said in futures::future::join_all(calls).await {
            admitted += u32::from(said.unwrap() == [Admission::Now]);
        }
        assert_eq!(admitted, 20);
    }
}

#[tokio::test]
async fn without_the_shared_sums_a_process_goes_on_from_its_own() {
    let shared = Arc::new(Switched::default());
    let counters = FallbackCounters::new(shared.clone());
    let (start, one) = (NOW, request(&[(1, &[2])]));
    for _ in 0..3 {
        assert_eq!(counters.admit(&one, start).await.unwrap(), [Admission::Now]);
    }
    shared.away.store(true, std::sync::atomic::Ordering::SeqCst);
    assert_eq!(counters.admit(&one, start).await.unwrap(), [Admission::Now]);
    let said = counters.admit(&one, start).await.unwrap();
    assert!(
        matches!(said[0], Admission::NotBefore(_)),
        "the fourth was the last"
    );
    assert_eq!(shared.calls(), 4, "what is away is left alone for a while");
    assert!(counters.take("caller", limit()).await.is_err());

    shared.away.store(false, std::sync::atomic::Ordering::SeqCst);
    let later = start.plus(Duration::from_secs(6));
    // The shared sums know three.
    assert_eq!(counters.admit(&one, later).await.unwrap(), [Admission::Now]);
    assert_eq!(shared.calls(), 5);
}

fn limit() -> RateLimit {
    RateLimit {
        count: 1,
        window: Duration::from_secs(1),
    }
}

/// The arithmetic of the domain, as counters.
#[derive(Default)]
struct Pure(std::sync::Mutex<Ledger>);

#[async_trait]
impl Counters for Pure {
    async fn take(&self, _: &str, _: RateLimit) -> Result<RateDecision, CounterError> {
        unreachable!("buckets alone are asked here")
    }
    async fn admit(&self, request: &Request, now: Timestamp) -> Result<Vec<Admission>, CounterError> {
        Ok(self.0.lock().unwrap().admit(request, now))
    }
    async fn hear(&self, told: &[Told], now: Timestamp) -> Result<(), CounterError> {
        self.0.lock().unwrap().hear(told, now);
        Ok(())
    }
    async fn lock(&self, _: &str, _: Duration) -> Result<Option<String>, CounterError> {
        unreachable!("buckets alone are asked here")
    }
    async fn unlock(&self, _: &str, _: &str) -> Result<(), CounterError> {
        unreachable!("buckets alone are asked here")
    }
    async fn once(&self, _: &str, _: Duration) -> Result<bool, CounterError> {
        unreachable!("buckets alone are asked here")
    }
    async fn ping(&self) -> Result<(), CounterError> {
        Ok(())
    }
}

/// Counters that can be away.
#[derive(Default)]
struct Switched {
    counters: MemoryCounters,
    away: std::sync::atomic::AtomicBool,
    calls: std::sync::atomic::AtomicU32,
}

impl Switched {
    fn here(&self) -> Result<&MemoryCounters, CounterError> {
        self.calls.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        if self.away.load(std::sync::atomic::Ordering::SeqCst) {
            return Err(CounterError::Unavailable("switched off".into()));
        }
        Ok(&self.counters)
    }

    /// Calls so far.
    fn calls(&self) -> u32 {
        self.calls.load(std::sync::atomic::Ordering::SeqCst)
    }
}

#[async_trait]
impl Counters for Switched {
    async fn take(&self, key: &str, limit: RateLimit) -> Result<RateDecision, CounterError> {
        if self.away.load(std::sync::atomic::Ordering::SeqCst) {
            return Err(CounterError::Unavailable("switched off".into()));
        }
        self.counters.take(key, limit).await
    }
    async fn admit(&self, request: &Request, now: Timestamp) -> Result<Vec<Admission>, CounterError> {
        self.here()?.admit(request, now).await
    }
    async fn hear(&self, told: &[Told], now: Timestamp) -> Result<(), CounterError> {
        self.here()?.hear(told, now).await
    }
    async fn lock(&self, key: &str, ttl: Duration) -> Result<Option<String>, CounterError> {
        self.here()?.lock(key, ttl).await
    }
    async fn unlock(&self, key: &str, token: &str) -> Result<(), CounterError> {
        self.here()?.unlock(key, token).await
    }
    async fn once(&self, key: &str, ttl: Duration) -> Result<bool, CounterError> {
        self.here()?.once(key, ttl).await
    }
    async fn ping(&self) -> Result<(), CounterError> {
        self.here()?.ping().await
    }
}
