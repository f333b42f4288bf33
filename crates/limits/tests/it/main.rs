//! What counters promise, held by both of them. Redis is tested when `POSTERN_TEST_REDIS_URL` names a server.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]
#![expect(clippy::print_stderr, reason = "a test that leaves Redis out says so")]

mod buckets;
mod rules;

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use postern_domain::ports::{Counters, Rng};
use postern_limits::{MemoryCounters, RedisCounters};

/// Long enough to be inside it even on a slow machine, short enough to wait for its end.
const SHORT: Duration = Duration::from_millis(700);

/// Never ends within a test.
const LONG: Duration = Duration::from_mins(10);

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(10);

/// Chance that is good enough for tests.
struct TestRng;

impl Rng for TestRng {
    fn id(&self) -> u128 {
        u128::from(random())
    }

    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&random().to_le_bytes()[..chunk.len()]);
        }
    }
}

fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}

/// The address of the Redis to test against, or a note that there is none.
#[expect(
    clippy::disallowed_methods,
    reason = "tests are told by the environment where Redis is"
)]
fn redis_url() -> Option<String> {
    let url = std::env::var("POSTERN_TEST_REDIS_URL").ok();
    if url.is_none() {
        eprintln!("skipped for Redis: POSTERN_TEST_REDIS_URL is not set");
    }
    url
}

/// Each kind of counters, fresh.
async fn all_counters() -> Vec<Box<dyn Counters>> {
    let mut all: Vec<Box<dyn Counters>> = vec![Box::new(MemoryCounters::new())];
    if let Some(url) = redis_url() {
        let prefix = format!("postern-test:{:016x}:", random());
        let counters = RedisCounters::connect(&url, &prefix, Arc::new(TestRng)).await;
        all.push(Box::new(counters.expect("Redis answers")));
    }
    all
}
