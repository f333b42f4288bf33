//! The bus inside one process.

mod consumer;
mod log;

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use futures::{Stream, StreamExt, future};
use postern_domain::ports::{Bus, BusError, Consumer, Envelope, StreamName};
use tokio::sync::{Notify, broadcast};
use tokio_stream::wrappers::BroadcastStream;

use crate::LEASE;
use consumer::MemoryConsumer;
use log::Log;

/// How many messages a follower may lag behind before it misses some.
const FOLLOWER_LAG: usize = 1_024;

/// Streams and groups in memory; they end with the process. Clones are the same bus.
#[derive(Debug, Clone)]
pub struct MemoryBus {
    shared: Arc<Shared>,
    lease: Duration,
}

/// What the bus and its consumers hold together.
#[derive(Debug, Default)]
struct Shared {
    streams: Mutex<Streams>,
    /// Wakes waiting consumers when a message came.
    arrived: Notify,
}

#[derive(Debug, Default)]
struct Streams {
    logs: HashMap<StreamName, Log>,
    followers: HashMap<StreamName, broadcast::Sender<Envelope>>,
}

impl MemoryBus {
    /// An empty bus.
    pub fn new() -> Self {
        Self {
            shared: Arc::default(),
            lease: LEASE,
        }
    }

    /// The same bus with another lease for consumers that join from now on.
    #[must_use]
    pub fn with_lease(mut self, lease: Duration) -> Self {
        self.lease = lease;
        self
    }
}

impl Default for MemoryBus {
    fn default() -> Self {
        Self::new()
    }
}

impl Shared {
    /// A panic elsewhere leaves the streams whole, for every change of them is one step.
    fn streams(&self) -> MutexGuard<'_, Streams> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Streams {
    fn send(&mut self, envelope: &Envelope) {
        if let Some(sender) = self.followers.get(&envelope.stream) {
            // The last follower left.
            if sender.send(envelope.clone()).is_err() {
                self.followers.remove(&envelope.stream);
            }
        }
        let log = self.logs.entry(envelope.stream.clone()).or_default();
        if log.push(envelope.clone()) {
            tracing::warn!(stream = %envelope.stream.0, "oldest message dropped from a full stream");
        }
    }
}

#[async_trait]
impl Bus for MemoryBus {
    async fn send(&self, batch: &[Envelope]) -> Result<(), BusError> {
        {
            let mut streams = self.shared.streams();
            for envelope in batch {
                streams.send(envelope);
            }
        }
        self.shared.arrived.notify_waiters();
        Ok(())
    }

    async fn join(
        &self,
        streams: &[StreamName],
        group: &str,
        _name: &str,
    ) -> Result<Box<dyn Consumer>, BusError> {
        let mut shared = self.shared.streams();
        for stream in streams {
            shared.logs.entry(stream.clone()).or_default().join(group);
        }
        drop(shared);
        Ok(Box::new(MemoryConsumer::new(
            Arc::clone(&self.shared),
            streams.to_vec(),
            group.to_owned(),
            self.lease,
        )))
    }

    async fn follow(
        &self,
        stream: &StreamName,
    ) -> Result<Pin<Box<dyn Stream<Item = Envelope> + Send>>, BusError> {
        let receiver = self
            .shared
            .streams()
            .followers
            .entry(stream.clone())
            .or_insert_with(|| broadcast::channel(FOLLOWER_LAG).0)
            .subscribe();
        let messages = BroadcastStream::new(receiver).filter_map(|message| {
            let message = message.inspect_err(|_| tracing::warn!("follower too slow, messages missed"));
            future::ready(message.ok())
        });
        // The bus may be dropped before its followers; they promise not to end by themselves.
        Ok(Box::pin(messages.chain(futures::stream::pending())))
    }

    async fn ping(&self) -> Result<(), BusError> {
        Ok(())
    }
}
