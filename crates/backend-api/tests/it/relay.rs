//! The relay: every announcement reaches the bus once, whatever is away meanwhile.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use futures::StreamExt;
use postern_backend_api::relay;
use postern_bus::memory::MemoryBus;
use postern_domain::Timestamp;
use postern_domain::event::Event;
use postern_domain::id::{AnnouncementId, PublicationId};
use postern_domain::ports::{Announcement, Bus, BusError, Consumer, Envelope, StreamName};
use tokio_util::sync::CancellationToken;

use crate::cases::post;
use crate::desk::{Choice, Desk};

const PATIENCE: Duration = Duration::from_secs(20);

fn announcement(number: u64) -> Announcement {
    Announcement {
        id: AnnouncementId::from_bits(u128::from(number) + 1),
        event: Event::PublicationDue {
            publication: PublicationId::from_bits(u128::from(number)),
            fence: number,
            lane: "test".into(),
        },
        traceparent: Some("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".into()),
        at: Timestamp::from_secs(0),
    }
}

async fn announce(desk: &Desk, numbers: std::ops::Range<u64>) {
    let unit = desk.database.storage().begin().await.unwrap();
    let all: Vec<Announcement> = numbers.map(announcement).collect();
    unit.announce(&all).await.unwrap();
    unit.commit().await.unwrap();
}

async fn left(desk: &Desk) -> usize {
    desk.database
        .storage()
        .read()
        .await
        .unwrap()
        .unsent(1000)
        .await
        .unwrap()
        .len()
}

async fn collect(consumer: &mut Box<dyn Consumer>, wanted: usize) -> Vec<u64> {
    let mut fences = Vec::new();
    while fences.len() < wanted {
        let deliveries = consumer.next(100, Duration::from_secs(1)).await.unwrap();
        fences.extend(
            deliveries
                .iter()
                .map(|it| it.envelope.field("fence").unwrap().parse::<u64>().unwrap()),
        );
        consumer
            .acknowledge(deliveries.into_iter().map(|it| it.token).collect())
            .await
            .unwrap();
    }
    fences
}

#[tokio::test]
async fn two_relays_move_each_announcement_once() {
    let desk = Desk::new().await;
    announce(&desk, 0..950).await;
    let mut consumer = desk
        .deps
        .bus
        .join(&[StreamName::publish("test")], "workers", "one")
        .await
        .unwrap();
    let stop = CancellationToken::new();
    let relays = futures::future::join(
        relay::run(desk.deps.clone(), stop.clone()),
        relay::run(desk.deps.clone(), stop.clone()),
    );
    let reading = async {
        let fences = collect(&mut consumer, 950).await;
        while left(&desk).await > 0 {
            tokio::task::yield_now().await;
        }
        stop.cancel();
        fences
    };
    let (_, fences) = tokio::time::timeout(PATIENCE, futures::future::join(relays, reading))
        .await
        .unwrap();
    assert_eq!(fences.iter().collect::<BTreeSet<_>>().len(), 950);
    assert_eq!(fences.len(), 950);
    let more = consumer.next(100, Duration::from_millis(1)).await.unwrap();
    assert!(more.is_empty());
}

#[tokio::test]
async fn a_created_post_wakes_the_relay() {
    let desk = Desk::new().await;
    let channel = desk.channel("ada-1").await;
    let stop = CancellationToken::new();
    let mut events = desk.deps.bus.follow(&StreamName::events()).await.unwrap();
    let work = async {
        desk.post("/public/v1/posts", post(&[&channel], "hello")).await;
        let mut kinds = BTreeSet::new();
        while !kinds.contains("post.changed") {
            kinds.insert(events.next().await.unwrap().kind);
        }
        stop.cancel();
    };
    let running = futures::future::join(relay::run(desk.deps.clone(), stop.clone()), work);
    tokio::time::timeout(PATIENCE, running).await.unwrap();
}

/// A bus that can be away, and that may refuse a message.
struct Shaky {
    bus: MemoryBus,
    is_away: AtomicBool,
    refuses: Option<&'static str>,
}

#[async_trait]
impl Bus for Shaky {
    async fn send(&self, batch: &[Envelope]) -> Result<(), BusError> {
        self.ping().await?;
        let is_refused =
            |message: &Envelope| self.refuses.is_some() && message.field("fence") == self.refuses;
        if batch.iter().any(is_refused) {
            return Err(BusError::Unavailable("refused".into()));
        }
        self.bus.send(batch).await
    }

    async fn join(
        &self,
        streams: &[StreamName],
        group: &str,
        name: &str,
    ) -> Result<Box<dyn Consumer>, BusError> {
        self.bus.join(streams, group, name).await
    }

    async fn follow(
        &self,
        stream: &StreamName,
    ) -> Result<std::pin::Pin<Box<dyn futures::Stream<Item = Envelope> + Send>>, BusError> {
        self.bus.follow(stream).await
    }

    async fn ping(&self) -> Result<(), BusError> {
        if self.is_away.load(Ordering::SeqCst) {
            return Err(BusError::Unavailable("away".into()));
        }
        Ok(())
    }
}

#[tokio::test]
async fn announcements_wait_while_the_bus_is_away() {
    let shaky = Arc::new(Shaky {
        bus: MemoryBus::new(),
        is_away: AtomicBool::new(true),
        refuses: None,
    });
    let desk = Desk::with(Choice {
        bus: Some(shaky.clone()),
        ..Choice::default()
    })
    .await;
    let (_subscriber, lines) = postern_telemetry::testsuite::local();
    announce(&desk, 0..3).await;
    let mut consumer = desk
        .deps
        .bus
        .join(&[StreamName::publish("test")], "workers", "one")
        .await
        .unwrap();
    let stop = CancellationToken::new();
    let work = async {
        while !lines
            .json()
            .iter()
            .any(|line| line.to_string().contains("announcements wait in the outbox"))
        {
            tokio::task::yield_now().await;
        }
        assert_eq!(left(&desk).await, 3);
        shaky.is_away.store(false, Ordering::SeqCst);
        let fences = collect(&mut consumer, 3).await;
        stop.cancel();
        fences
    };
    let running = futures::future::join(relay::run(desk.deps.clone(), stop.clone()), work);
    let ((), fences) = tokio::time::timeout(PATIENCE, running).await.unwrap();
    assert_eq!(fences, [0, 1, 2]);
    assert_eq!(left(&desk).await, 0);
    let said = lines
        .json()
        .iter()
        .filter(|line| line.to_string().contains("announcements wait"))
        .count();
    assert_eq!(said, 1);
}

#[tokio::test]
async fn the_message_carries_the_trace_of_its_sending() {
    let desk = Desk::new().await;
    let (_subscriber, _lines) = postern_telemetry::testsuite::local();
    announce(&desk, 0..1).await;
    let mut consumer = desk
        .deps
        .bus
        .join(&[StreamName::publish("test")], "workers", "one")
        .await
        .unwrap();
    let stop = CancellationToken::new();
    let work = async {
        let deliveries = consumer.next(1, PATIENCE).await.unwrap();
        stop.cancel();
        deliveries[0].envelope.traceparent.clone().unwrap()
    };
    let running = futures::future::join(relay::run(desk.deps.clone(), stop.clone()), work);
    let ((), traceparent) = tokio::time::timeout(PATIENCE, running).await.unwrap();
    let parts: Vec<&str> = traceparent.split('-').collect();
    assert_eq!(parts[1], "4bf92f3577b34da6a3ce929d0e0e4736");
    assert_ne!(parts[2], "00f067aa0ba902b7");
}

#[tokio::test]
async fn an_announcement_that_the_bus_refuses_is_laid_aside_and_the_others_go_on() {
    let shaky = Arc::new(Shaky {
        bus: MemoryBus::new(),
        is_away: AtomicBool::new(false),
        refuses: Some("1"),
    });
    let desk = Desk::with(Choice {
        bus: Some(shaky.clone()),
        ..Choice::default()
    })
    .await;
    // Alone it is left where it is: the bus may be at fault.
    announce(&desk, 1..2).await;
    let stop = CancellationToken::new();
    let mut consumer = shaky
        .join(&[StreamName::publish("test")], "workers", "one")
        .await
        .unwrap();
    let buried = async || {
        desk.database
            .storage()
            .read()
            .await
            .unwrap()
            .buried(9)
            .await
            .unwrap()
    };
    let work = async {
        assert!(buried().await.is_empty());
        announce(&desk, 2..4).await;
        let fences = collect(&mut consumer, 2).await;
        while left(&desk).await > 0 {
            tokio::task::yield_now().await;
        }
        stop.cancel();
        fences
    };
    let running = futures::future::join(relay::run(desk.deps.clone(), stop.clone()), work);
    let ((), fences) = tokio::time::timeout(PATIENCE * 3, running).await.unwrap();
    assert_eq!(fences, [2, 3]);
    let letters = buried().await;
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].reason, "the bus refuses it and takes others");
}
