use std::collections::BTreeSet;
use std::time::Duration;

use futures::StreamExt;
use postern_domain::ports::{Envelope, StreamName};
use tokio::time::timeout;

use crate::{AFTER_LEASE, MOMENT, PATIENCE, buses, message, messages, numbers, take, tokens};

fn due() -> StreamName {
    StreamName::publish("mastodon")
}

#[tokio::test]
async fn messages_arrive_whole_and_in_order() {
    for bus in buses().await {
        let mut batch = messages(&due(), 3);
        batch[1] = Envelope {
            kind: "odd".to_owned(),
            fields: vec![
                ("z".to_owned(), String::new()),
                ("a".to_owned(), "line\nbreak \u{1f30d}".to_owned()),
            ],
            traceparent: Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned()),
            ..batch[1].clone()
        };
        let mut consumer = bus.join(&[due()], "workers", "a").await.unwrap();
        bus.send(&batch).await.unwrap();
        let taken = take(&mut *consumer, 3).await;
        let envelopes: Vec<Envelope> = taken.into_iter().map(|delivery| delivery.envelope).collect();
        assert_eq!(envelopes, batch);
    }
}

#[tokio::test]
async fn members_of_a_group_share_and_groups_do_not() {
    for bus in buses().await {
        let mut first = bus.join(&[due()], "workers", "a").await.unwrap();
        let mut second = bus.join(&[due()], "workers", "b").await.unwrap();
        let mut other = bus.join(&[due()], "watchers", "a").await.unwrap();
        bus.send(&messages(&due(), 10)).await.unwrap();
        let mut taken = numbers(&take(&mut *first, 4).await);
        taken.extend(numbers(&take(&mut *second, 6).await));
        assert_eq!(BTreeSet::from_iter(taken).len(), 10);
        assert_eq!(numbers(&take(&mut *other, 10).await), (0..10).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn groups_begin_with_what_was_sent_before_them() {
    for bus in buses().await {
        bus.send(&messages(&due(), 2)).await.unwrap();
        let mut consumer = bus.join(&[due()], "workers", "a").await.unwrap();
        assert_eq!(numbers(&take(&mut *consumer, 2).await), [0, 1]);
        let mut again = bus.join(&[due()], "workers", "b").await.unwrap();
        assert!(again.next(9, Duration::ZERO).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn unacknowledged_messages_come_to_another_member_after_the_lease_alone() {
    for bus in buses().await {
        let mut first = bus.join(&[due()], "workers", "a").await.unwrap();
        bus.send(&messages(&due(), 3)).await.unwrap();
        let taken = take(&mut *first, 3).await;
        first.acknowledge(vec![taken[1].token.clone()]).await.unwrap();
        drop(first);

        let mut second = bus.join(&[due()], "workers", "b").await.unwrap();
        assert!(second.next(9, MOMENT).await.unwrap().is_empty());
        let again = take(&mut *second, 2).await;
        assert_eq!(numbers(&again), [0, 2]);
        assert_eq!(tokens(&again), [taken[0].token.clone(), taken[2].token.clone()]);

        second.acknowledge(tokens(&again)).await.unwrap();
        assert!(second.next(9, AFTER_LEASE).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn waiting_ends_with_a_message_or_with_the_time() {
    for bus in buses().await {
        let mut consumer = bus.join(&[due()], "workers", "a").await.unwrap();
        assert!(consumer.next(1, Duration::ZERO).await.unwrap().is_empty());
        assert!(consumer.next(1, MOMENT).await.unwrap().is_empty());
        assert!(consumer.next(0, PATIENCE).await.unwrap().is_empty());
        let batch = messages(&due(), 1);
        let (taken, sent) = tokio::join!(consumer.next(1, PATIENCE), async {
            // The consumer is polled first and waits by now.
            tokio::task::yield_now().await;
            bus.send(&batch).await
        });
        sent.unwrap();
        assert_eq!(numbers(&taken.unwrap()), [0]);
    }
}

#[tokio::test]
async fn several_streams_are_read_at_once_and_never_more_than_asked_for() {
    for bus in buses().await {
        let streams = [due(), StreamName::publish("bluesky"), StreamName::publish("x")];
        let mut consumer = bus.join(&streams, "workers", "a").await.unwrap();
        for (number, stream) in streams.iter().enumerate() {
            let batch = [message(stream, number * 2), message(stream, number * 2 + 1)];
            bus.send(&batch).await.unwrap();
        }
        bus.send(&[message(&StreamName::publish("linkedin"), 99)])
            .await
            .unwrap();
        let mut all = BTreeSet::new();
        let mut calls = 0;
        while all.len() < 6 {
            let taken = consumer.next(4, PATIENCE).await.unwrap();
            assert!((1..=4).contains(&taken.len()), "{taken:?}");
            consumer.acknowledge(tokens(&taken)).await.unwrap();
            all.extend(numbers(&taken));
            calls += 1;
            assert!(calls < 7, "{all:?}");
        }
        assert_eq!(all, (0..6).collect());
        assert!(consumer.next(9, AFTER_LEASE).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn strange_tokens_are_acknowledged_in_vain() {
    for bus in buses().await {
        let mut consumer = bus.join(&[due()], "workers", "a").await.unwrap();
        bus.send(&messages(&due(), 1)).await.unwrap();
        let taken = take(&mut *consumer, 1).await;
        let strange = ["", "nonsense", "7 publish.other"].map(str::to_owned);
        consumer.acknowledge(strange.to_vec()).await.unwrap();
        consumer.acknowledge(Vec::new()).await.unwrap();
        consumer.acknowledge(tokens(&taken)).await.unwrap();
        consumer.acknowledge(tokens(&taken)).await.unwrap();
    }
}

#[tokio::test]
async fn followers_each_get_everything_from_now_on() {
    for bus in buses().await {
        let events = StreamName::events();
        bus.send(&[message(&events, 0)]).await.unwrap();
        let mut first = bus.follow(&events).await.unwrap();
        let mut second = bus.follow(&events).await.unwrap();
        bus.send(&[message(&events, 1), message(&due(), 2), message(&events, 3)])
            .await
            .unwrap();
        for follower in [&mut first, &mut second] {
            for number in [1, 3] {
                let came = timeout(PATIENCE, follower.next()).await.unwrap();
                assert_eq!(came, Some(message(&events, number)));
            }
            assert!(
                timeout(MOMENT, follower.next()).await.is_err(),
                "nothing more, and no end"
            );
        }
        drop(first);
        bus.send(&[message(&events, 4)]).await.unwrap();
        let came = timeout(PATIENCE, second.next()).await.unwrap();
        assert_eq!(came, Some(message(&events, 4)));
    }
}

#[tokio::test]
async fn following_takes_nothing_from_groups() {
    for bus in buses().await {
        let events = StreamName::events();
        let mut consumer = bus
            .join(std::slice::from_ref(&events), "workers", "a")
            .await
            .unwrap();
        let mut follower = bus.follow(&events).await.unwrap();
        bus.send(&[message(&events, 1)]).await.unwrap();
        assert!(timeout(PATIENCE, follower.next()).await.is_ok());
        assert_eq!(numbers(&take(&mut *consumer, 1).await), [1]);
    }
}

#[tokio::test]
async fn buses_answer_pings_and_take_empty_batches() {
    for bus in buses().await {
        bus.ping().await.unwrap();
        bus.send(&[]).await.unwrap();
    }
}
