use std::time::Duration;

use fred::interfaces::{ClientLike, KeysInterface, StreamsInterface};
use fred::types::Builder;
use fred::types::config::Config;
use futures::StreamExt;
use postern_bus::redis::RedisBus;
use postern_domain::ports::{Bus, BusError, StreamName};
use tokio::time::{Instant, timeout};

use crate::proxy::Proxy;
use crate::{PATIENCE, message, messages, numbers, prefix, redis_bus, redis_url, take, tokens};

fn due() -> StreamName {
    StreamName::publish("mastodon")
}

async fn client(url: &str) -> fred::clients::Client {
    let config = Config::from_url(url).expect("an address");
    let client = Builder::from_config(config).build().expect("a client");
    client.init().await.expect("Redis answers");
    client
}

/// Sends until the bus takes it again.
async fn send_again(bus: &dyn Bus, number: usize) {
    let deadline = Instant::now() + PATIENCE;
    while bus.send(&[message(&due(), number)]).await.is_err() {
        assert!(Instant::now() < deadline, "the bus does not come back");
    }
}

#[tokio::test]
async fn lost_groups_are_made_again_and_what_comes_later_is_read() {
    let Some(url) = redis_url() else { return };
    let prefix = prefix();
    let bus = redis_bus(&url, &prefix).await;
    let mut consumer = bus.join(&[due()], "workers", "a").await.unwrap();
    bus.send(&messages(&due(), 1)).await.unwrap();
    take(&mut *consumer, 1).await;

    let client = client(&url).await;
    let removed: u64 = client.del(format!("{prefix}{}", due().0)).await.unwrap();
    assert_eq!(removed, 1);
    bus.send(&[message(&due(), 7)]).await.unwrap();
    assert_eq!(numbers(&take(&mut *consumer, 1).await), [7]);
}

#[tokio::test]
async fn groups_lost_under_a_waiting_consumer_are_made_again() {
    let Some(url) = redis_url() else { return };
    let prefix = prefix();
    let bus = redis_bus(&url, &prefix).await;
    let mut consumer = bus.join(&[due()], "workers", "a").await.unwrap();
    let client = client(&url).await;
    let key = format!("{prefix}{}", due().0);
    let (taken, ()) = tokio::join!(take(&mut *consumer, 1), async {
        tokio::task::yield_now().await;
        let _: u64 = client.del(&key).await.unwrap();
        bus.send(&[message(&due(), 7)]).await.unwrap();
    });
    assert_eq!(numbers(&taken), [7]);
}

#[tokio::test]
async fn consumers_and_followers_go_on_after_an_outage() {
    let Some(url) = redis_url() else { return };
    let proxy = Proxy::before(&url).await;
    let prefix = prefix();
    let away = redis_bus(&proxy.url(), &prefix).await;
    let direct = redis_bus(&url, &prefix).await;
    let mut consumer = away.join(&[due()], "workers", "a").await.unwrap();
    let mut follower = away.follow(&due()).await.unwrap();
    direct.send(&messages(&due(), 1)).await.unwrap();
    let taken = take(&mut *consumer, 1).await;
    consumer.acknowledge(tokens(&taken)).await.unwrap();
    assert!(timeout(PATIENCE, follower.next()).await.is_ok());

    proxy.cut();
    direct.send(&[message(&due(), 1)]).await.unwrap();
    assert!(away.ping().await.is_err());
    proxy.mend();

    send_again(&away, 2).await;
    away.ping().await.unwrap();
    let deadline = Instant::now() + PATIENCE;
    let mut came = Vec::new();
    while came.len() < 2 && Instant::now() < deadline {
        if let Ok(taken) = consumer.next(1, Duration::from_millis(100)).await {
            consumer.acknowledge(tokens(&taken)).await.unwrap();
            came.extend(numbers(&taken));
        }
    }
    came.sort_unstable();
    assert_eq!(came, [1, 2]);
    for number in [1, 2] {
        let followed = timeout(PATIENCE, follower.next()).await.unwrap();
        assert_eq!(followed, Some(message(&due(), number)));
    }
}

#[tokio::test]
async fn messages_whose_answer_was_lost_are_not_sent_twice() {
    let Some(url) = redis_url() else { return };
    let proxy = Proxy::before(&url).await;
    let prefix = prefix();
    let bus = redis_bus(&proxy.url(), &prefix).await;
    bus.send(&messages(&due(), 1)).await.unwrap();

    proxy.lose_answers();
    let lost = bus.send(&[message(&due(), 1)]).await;
    assert!(matches!(lost, Err(BusError::Unavailable(_))), "{lost:?}");
    proxy.mend();

    send_again(&bus, 2).await;
    let count: u64 = client(&url)
        .await
        .xlen(format!("{prefix}{}", due().0))
        .await
        .unwrap();
    assert_eq!(count, 3);
}

#[tokio::test]
async fn streams_are_kept_within_bounds() {
    let Some(url) = redis_url() else { return };
    let prefix = prefix();
    let bus = redis_bus(&url, &prefix).await;
    for _ in 0..21 {
        bus.send(&messages(&due(), 5_000)).await.unwrap();
    }
    let count: u64 = client(&url)
        .await
        .xlen(format!("{prefix}{}", due().0))
        .await
        .unwrap();
    assert!((100_000..101_000).contains(&count), "{count}");
    let _: u64 = client(&url)
        .await
        .del(format!("{prefix}{}", due().0))
        .await
        .unwrap();
}

#[tokio::test]
async fn dropped_consumers_and_followers_leave_no_connection_behind() {
    let Some(url) = redis_url() else { return };
    let bus = redis_bus(&url, &prefix()).await;
    let name = prefix();
    let watcher = client(&url).await;
    let connections = async || {
        let list: String = watcher
            .custom(fred::cmd!("CLIENT", blocking: false), vec!["LIST"])
            .await
            .unwrap();
        list.lines().filter(|line| line.contains("cmd=xread")).count()
    };
    let before = connections().await;
    for round in 0..30 {
        let mut consumer = bus.join(&[due()], &name, &round.to_string()).await.unwrap();
        consumer.next(1, Duration::from_millis(1)).await.unwrap();
    }
    let deadline = Instant::now() + PATIENCE;
    // Other tests read at the same time, but never so many.
    while connections().await > before + 20 {
        assert!(Instant::now() < deadline, "connections stay");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn addresses_that_lead_nowhere_are_refused_without_showing_them() {
    for url in ["", "http://localhost", "redis://:secret@127.0.0.1:1"] {
        let refused = RedisBus::connect(url, "").await;
        let Err(BusError::Unavailable(text)) = refused else {
            panic!("{url} was taken");
        };
        assert!(!text.contains("secret"), "{text}");
    }
}
