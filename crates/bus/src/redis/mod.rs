//! The bus over Redis streams, for Redis 7.0 and later.

mod connection;
mod consumer;
mod follow;
mod wire;

use std::pin::Pin;
use std::time::Duration;

use async_trait::async_trait;
use fred::interfaces::{ClientLike, StreamsInterface};
use fred::types::streams::{XCap, XCapKind, XCapTrim};
use futures::Stream;
use postern_domain::ports::{Bus, BusError, Consumer, Envelope, StreamName};

use crate::LEASE;
use connection::{Connection, Target};
use consumer::RedisConsumer;

/// About how many messages a stream keeps; the oldest are trimmed when a message is added.
const CAPACITY: i64 = 100_000;

/// How many events share an entry at most.
const EVENTS_PER_ENTRY: usize = 32;

/// Streams in Redis, under keys that begin with a prefix.
///
/// One connection sends and acknowledges. Every consumer and every follower reads on a connection of its own,
/// for a blocking read holds all commands behind it.
#[derive(Debug)]
pub struct RedisBus {
    target: Target,
    commands: Connection,
    lease: Duration,
}

impl RedisBus {
    /// Connects to `url` (`redis://` or `rediss://`). The stream `events` becomes the key `<prefix>events`.
    ///
    /// An error when the server does not answer now; from then on lost connections are mended for ever.
    pub async fn connect(url: &str, prefix: &str) -> Result<Self, BusError> {
        let target = Target::new(url, prefix)?;
        let commands = target.connect().await?;
        Ok(Self {
            target,
            commands,
            lease: LEASE,
        })
    }

    /// The same bus with another lease for consumers that join from now on.
    #[must_use]
    pub fn with_lease(mut self, lease: Duration) -> Self {
        self.lease = lease;
        self
    }
}

#[async_trait]
impl Bus for RedisBus {
    async fn send(&self, batch: &[Envelope]) -> Result<(), BusError> {
        if batch.is_empty() {
            return Ok(());
        }
        let pipeline = self.commands.client().pipeline();
        for (stream, fields) in entries(batch) {
            let cap: XCap = (XCapKind::MaxLen, XCapTrim::AlmostExact, CAPACITY, None)
                .try_into()
                .map_err(unavailable)?;
            let () = pipeline
                .xadd(self.target.key(stream), false, cap, "*", fields)
                .await
                .map_err(unavailable)?;
        }
        pipeline.all::<Vec<String>>().await.map_err(unavailable)?;
        Ok(())
    }

    async fn join(
        &self,
        streams: &[StreamName],
        group: &str,
        name: &str,
    ) -> Result<Box<dyn Consumer>, BusError> {
        let consumer = RedisConsumer::join(
            &self.target,
            self.commands.client().clone(),
            streams,
            consumer::Member {
                group: group.to_owned(),
                name: name.to_owned(),
                lease: self.lease,
            },
        );
        Ok(Box::new(consumer.await?))
    }

    async fn follow(
        &self,
        stream: &StreamName,
    ) -> Result<Pin<Box<dyn Stream<Item = Envelope> + Send>>, BusError> {
        let reader = self.target.connect().await?;
        let follower = follow::Follower::begin(reader, self.target.key(stream), stream.clone());
        Ok(Box::pin(follower.await?.messages()))
    }

    async fn ping(&self) -> Result<(), BusError> {
        let answer: String = self.commands.brief().ping(None).await.map_err(unavailable)?;
        if answer == "PONG" {
            Ok(())
        } else {
            Err(BusError::Unavailable(
                "the answer to a ping is no pong".to_owned(),
            ))
        }
    }
}

/// The entries of messages, each stream's in their order. Work is shared message by message, so each has an entry of
/// its own; what is only followed shares entries.
fn entries(batch: &[Envelope]) -> Vec<(&StreamName, Vec<(String, String)>)> {
    let followed = StreamName::events();
    let (events, work): (Vec<&Envelope>, Vec<&Envelope>) =
        batch.iter().partition(|envelope| envelope.stream == followed);
    let work = work
        .into_iter()
        .map(|envelope| (&envelope.stream, wire::write(envelope)));
    let events = events.chunks(EVENTS_PER_ENTRY).filter_map(|some| {
        let fields = some.iter().flat_map(|envelope| wire::write(envelope));
        Some((&some.first()?.stream, fields.collect()))
    });
    work.chain(events).collect()
}

/// The client's errors name the command's failure, never what was sent.
#[expect(
    clippy::needless_pass_by_value,
    reason = "`map_err` hands errors over by value"
)]
fn unavailable(error: fred::error::Error) -> BusError {
    BusError::Unavailable(error.to_string())
}
