use std::sync::Arc;
use std::time::Duration;

use postern_domain::ports::{CounterError, RateLimit};
use postern_limits::RedisCounters;
use tokio::net::TcpListener;
use tokio::time::{Instant, interval, timeout};

use crate::{LONG, PATIENCE, SHORT, TestRng, all_counters};

fn limit(count: u32, window: Duration) -> RateLimit {
    RateLimit { count, window }
}

/// Asks until the answer is yes.
async fn until(mut ask: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    let mut pace = interval(Duration::from_millis(10));
    while !ask().await {
        assert!(Instant::now() < deadline, "not in {PATIENCE:?}");
        pace.tick().await;
    }
}

#[tokio::test]
async fn budgets_are_spent_one_by_one_and_refusals_are_free() {
    for counters in all_counters().await {
        let limit = limit(3, LONG);
        for (allowed, remaining) in [(true, 2), (true, 1), (true, 0), (false, 0), (false, 0)] {
            let decision = counters.take("a", limit).await.unwrap();
            assert_eq!((decision.allowed, decision.remaining), (allowed, remaining));
            assert!(decision.reset_after <= LONG, "{decision:?}");
            assert!(decision.reset_after + PATIENCE > LONG, "{decision:?}");
        }
    }
}

#[tokio::test]
async fn keys_have_budgets_of_their_own() {
    for counters in all_counters().await {
        assert!(counters.take("a", limit(1, LONG)).await.unwrap().allowed);
        assert!(!counters.take("a", limit(1, LONG)).await.unwrap().allowed);
        assert!(counters.take("b", limit(1, LONG)).await.unwrap().allowed);
    }
}

#[tokio::test]
async fn budgets_are_whole_again_after_the_window() {
    for counters in all_counters().await {
        let limit = limit(2, SHORT);
        let started = Instant::now();
        assert!(counters.take("a", limit).await.unwrap().allowed);
        assert!(counters.take("a", limit).await.unwrap().allowed);
        until(async || counters.take("a", limit).await.unwrap().allowed).await;
        assert!(started.elapsed() >= SHORT.mul_f32(0.9), "{:?}", started.elapsed());
        assert_eq!(counters.take("a", limit).await.unwrap().remaining, 0);
    }
}

#[tokio::test]
async fn changed_limits_hold_from_the_next_call_on() {
    for counters in all_counters().await {
        assert!(counters.take("a", limit(1, LONG)).await.unwrap().allowed);
        let wider = counters.take("a", limit(3, LONG)).await.unwrap();
        assert_eq!((wider.allowed, wider.remaining), (true, 1));
        assert!(!counters.take("a", limit(2, LONG)).await.unwrap().allowed);
        let nothing = counters.take("b", limit(0, LONG)).await.unwrap();
        assert_eq!((nothing.allowed, nothing.remaining), (false, 0));
        assert!(nothing.reset_after > Duration::ZERO);
    }
}

#[tokio::test]
async fn budgets_hold_under_many_callers() {
    for counters in all_counters().await {
        let calls = (0..50).map(|_| counters.take("a", limit(20, LONG)));
        let mut allowed = 0;
        for decision in futures::future::join_all(calls).await {
            allowed += u32::from(decision.unwrap().allowed);
        }
        assert_eq!(allowed, 20);
    }
}

#[tokio::test]
async fn locks_have_one_holder_who_alone_gives_them_back() {
    for counters in all_counters().await {
        let token = counters.lock("a", LONG).await.unwrap().unwrap();
        assert_eq!(counters.lock("a", LONG).await.unwrap(), None);
        assert!(counters.lock("b", LONG).await.unwrap().is_some());
        counters.unlock("a", "nonsense").await.unwrap();
        counters.unlock("never locked", &token).await.unwrap();
        assert_eq!(counters.lock("a", LONG).await.unwrap(), None);
        counters.unlock("a", &token).await.unwrap();
        let next = counters.lock("a", LONG).await.unwrap().unwrap();
        assert_ne!(next, token);
        counters.unlock("a", &token).await.unwrap();
        assert_eq!(counters.lock("a", LONG).await.unwrap(), None);
    }
}

#[tokio::test]
async fn locks_lapse() {
    for counters in all_counters().await {
        let stale = counters.lock("a", SHORT).await.unwrap().unwrap();
        assert_eq!(counters.lock("a", SHORT).await.unwrap(), None);
        until(async || counters.lock("a", LONG).await.unwrap().is_some()).await;
        counters.unlock("a", &stale).await.unwrap();
        assert_eq!(counters.lock("a", LONG).await.unwrap(), None);
    }
}

#[tokio::test]
async fn once_is_true_once_until_it_lapses() {
    for counters in all_counters().await {
        assert!(counters.once("a", LONG).await.unwrap());
        assert!(!counters.once("a", LONG).await.unwrap());
        assert!(counters.once("b", SHORT).await.unwrap());
        assert!(!counters.once("b", SHORT).await.unwrap());
        until(async || counters.once("b", LONG).await.unwrap()).await;
        assert!(!counters.once("b", LONG).await.unwrap());
    }
}

#[tokio::test]
async fn kinds_of_counters_do_not_meet_under_one_key() {
    for counters in all_counters().await {
        assert!(counters.once("a", LONG).await.unwrap());
        assert!(counters.lock("a", LONG).await.unwrap().is_some());
        assert!(counters.take("a", limit(1, LONG)).await.unwrap().allowed);
        counters.ping().await.unwrap();
    }
}

#[tokio::test]
async fn addresses_that_lead_nowhere_are_refused_without_showing_them() {
    for url in ["", "http://localhost", "redis://:secret@127.0.0.1:1"] {
        let refused = RedisCounters::connect(url, "", Arc::new(TestRng)).await;
        let Err(CounterError::Unavailable(text)) = refused else {
            panic!("{url} was taken");
        };
        assert!(!text.contains("secret"), "{text}");
    }
}

#[tokio::test]
async fn servers_that_do_not_answer_are_given_up_on() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("redis://{}", silent.local_addr().unwrap());
    let refused = timeout(PATIENCE, RedisCounters::connect(&url, "", Arc::new(TestRng))).await;
    assert!(matches!(refused, Ok(Err(CounterError::Unavailable(_)))));
}
