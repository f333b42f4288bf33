//! The bus: at least once, in any order, may lose everything; the database is the truth.

use std::pin::Pin;
use std::time::Duration;

use async_trait::async_trait;
use futures_core::Stream;

/// The name of a stream: `publish.<lane>`, `events`, `housekeeping`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamName(pub String);

impl StreamName {
    /// The stream of due publications of a lane.
    pub fn publish(lane: &str) -> Self {
        Self(format!("publish.{lane}"))
    }

    /// The stream of changes that browsers follow.
    pub fn events() -> Self {
        Self("events".to_owned())
    }
}

/// One message: kind, ids, trace context; never a text, never a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// Where it goes.
    pub stream: StreamName,
    /// What it says, [`crate::event::Event::kind`].
    pub kind: String,
    /// Its ids and numbers by name: `publication`, `fence`, `workspace`, `post`, `state`.
    pub fields: Vec<(String, String)>,
    /// W3C trace context of what caused it.
    pub traceparent: Option<String>,
}

impl Envelope {
    /// The field `name`.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

/// A message in a consumer's hand; given again to somebody until it is acknowledged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// What to acknowledge it by; opaque.
    pub token: String,
    /// The message.
    pub envelope: Envelope,
}

/// Why the bus did not do it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BusError {
    /// It cannot be reached.
    #[error("bus unavailable: {0}")]
    Unavailable(String),
}

/// The bus.
#[async_trait]
pub trait Bus: Send + Sync {
    /// Sends messages, in order. An error leaves open which of them arrived.
    async fn send(&self, batch: &[Envelope]) -> Result<(), BusError>;

    /// Joins a group of consumers that share the streams' messages; `name` is this consumer's own.
    async fn join(
        &self,
        streams: &[StreamName],
        group: &str,
        name: &str,
    ) -> Result<Box<dyn Consumer>, BusError>;

    /// All messages of a stream from now on, for this listener alone. Ends never by itself; gaps are possible
    /// while the bus is away.
    async fn follow(
        &self,
        stream: &StreamName,
    ) -> Result<Pin<Box<dyn Stream<Item = Envelope> + Send>>, BusError>;

    /// Whether it answers.
    async fn ping(&self) -> Result<(), BusError>;
}

/// One member of a group.
#[async_trait]
pub trait Consumer: Send {
    /// The next messages, at most `max`; empty when none came within `wait`. Never drop the future of this call.
    async fn next(&mut self, max: usize, wait: Duration) -> Result<Vec<Delivery>, BusError>;

    /// Says that these are done.
    async fn acknowledge(&mut self, tokens: Vec<String>) -> Result<(), BusError>;
}
