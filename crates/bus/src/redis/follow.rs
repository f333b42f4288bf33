//! Following a stream without a group.

use std::collections::VecDeque;
use std::time::Duration;

use fred::error::Error;
use fred::interfaces::StreamsInterface;
use fred::types::Value;
use futures::{Stream, stream};
use postern_domain::ports::{BusError, Envelope, StreamName};
use tokio::time::sleep;

use super::connection::{Connection, LONGEST_BLOCK};
use super::{unavailable, wire};

/// How many messages one read takes.
const BATCH: u64 = 256;

/// Pauses after failed reads, doubled from the first to the last.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LAST_PAUSE: Duration = Duration::from_secs(2);

/// Reads one stream from a place on, and goes on after the last message it saw whatever happens between.
pub(super) struct Follower {
    reader: Connection,
    stream: StreamName,
    key: String,
    /// The id of the last message that was seen.
    last: String,
    ready: VecDeque<Envelope>,
    pause: Duration,
}

impl Follower {
    /// Begins after the newest message there is now.
    ///
    /// The id is asked for once, because `$` in every read would miss what comes between two reads.
    pub(super) async fn begin(reader: Connection, key: String, stream: StreamName) -> Result<Self, BusError> {
        let newest: Value = reader
            .client()
            .xrevrange(&key, "+", "-", Some(1))
            .await
            .map_err(unavailable)?;
        let newest = wire::entries(newest).into_iter().next();
        Ok(Self {
            reader,
            stream,
            key,
            last: newest.map_or_else(|| "0-0".to_owned(), |entry| entry.id),
            ready: VecDeque::new(),
            pause: FIRST_PAUSE,
        })
    }

    /// The messages, for as long as somebody listens.
    pub(super) fn messages(self) -> impl Stream<Item = Envelope> + Send {
        stream::unfold(self, |mut follower| async move {
            loop {
                if let Some(envelope) = follower.ready.pop_front() {
                    return Some((envelope, follower));
                }
                match follower.read().await {
                    Ok(()) => follower.pause = FIRST_PAUSE,
                    Err(error) => {
                        tracing::warn!(
                            error.kind = error.kind().to_str(),
                            "stream cannot be followed now"
                        );
                        sleep(follower.pause).await;
                        follower.pause = (follower.pause * 2).min(LAST_PAUSE);
                    }
                }
            }
        })
    }

    async fn read(&mut self) -> Result<(), Error> {
        let block = u64::try_from(LONGEST_BLOCK.as_millis()).ok();
        let reply: Value = self
            .reader
            .blocking(LONGEST_BLOCK)
            .xread(Some(BATCH), block, self.key.as_str(), self.last.as_str())
            .await?;
        for (_, entries) in wire::entries_by_key(reply) {
            for entry in entries {
                self.last = entry.id;
                self.ready.extend(wire::read(&self.stream, entry.fields));
            }
        }
        Ok(())
    }
}
