//! What a bus promises, held by both of them, and what Redis alone can do wrong.
//!
//! Redis is tested when `POSTERN_TEST_REDIS_URL` names a server.

#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]
#![expect(clippy::print_stderr, reason = "a test that leaves Redis out says so")]

mod outage;
mod proxy;
mod rules;

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

use postern_bus::memory::MemoryBus;
use postern_bus::redis::RedisBus;
use postern_domain::ports::{Bus, Consumer, Delivery, Envelope, StreamName};
use tokio::time::Instant;

/// The lease that the tests give consumers.
const LEASE: Duration = Duration::from_secs(1);

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(10);

/// Longer than the lease and all looks for lapsed messages.
const AFTER_LEASE: Duration = Duration::from_millis(1_400);

/// How long a test waits for what must not come.
const MOMENT: Duration = Duration::from_millis(50);

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

/// A prefix that no other test uses.
fn prefix() -> String {
    let random = RandomState::new().build_hasher().finish();
    format!("postern-test:{random:016x}:")
}

async fn redis_bus(url: &str, prefix: &str) -> RedisBus {
    let bus = RedisBus::connect(url, prefix).await.expect("Redis answers");
    bus.with_lease(LEASE)
}

/// Each kind of bus, fresh.
async fn buses() -> Vec<Box<dyn Bus>> {
    let mut buses: Vec<Box<dyn Bus>> = vec![Box::new(MemoryBus::new().with_lease(LEASE))];
    if let Some(url) = redis_url() {
        buses.push(Box::new(redis_bus(&url, &prefix()).await));
    }
    buses
}

fn message(stream: &StreamName, number: usize) -> Envelope {
    Envelope {
        stream: stream.clone(),
        kind: "publication_due".to_owned(),
        fields: vec![
            ("publication".to_owned(), format!("pub_{number}")),
            ("fence".to_owned(), number.to_string()),
        ],
        traceparent: None,
    }
}

fn messages(stream: &StreamName, count: usize) -> Vec<Envelope> {
    (0..count).map(|number| message(stream, number)).collect()
}

/// The numbers of messages made by [`message`].
fn numbers(deliveries: &[Delivery]) -> Vec<usize> {
    deliveries
        .iter()
        .map(|delivery| {
            let fence = delivery.envelope.field("fence").expect("the message has a fence");
            fence.parse().expect("a fence is a number")
        })
        .collect()
}

fn tokens(deliveries: &[Delivery]) -> Vec<String> {
    deliveries.iter().map(|delivery| delivery.token.clone()).collect()
}

/// Reads until `count` messages came, and acknowledges none.
async fn take(consumer: &mut dyn Consumer, count: usize) -> Vec<Delivery> {
    let deadline = Instant::now() + PATIENCE;
    let mut taken = Vec::new();
    while taken.len() < count && Instant::now() < deadline {
        let more = consumer.next(count - taken.len(), LEASE).await;
        taken.extend(more.expect("the bus answers"));
    }
    assert_eq!(taken.len(), count, "in {PATIENCE:?}");
    taken
}
