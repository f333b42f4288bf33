//! One member of a group.

use std::collections::VecDeque;
use std::time::Duration;

use async_trait::async_trait;
use fred::clients::Client;
use fred::error::Error;
use fred::interfaces::StreamsInterface;
use fred::types::Value;
use postern_domain::ports::{BusError, Consumer, Delivery, StreamName};
use tokio::time::Instant;

use super::connection::{Connection, LONGEST_BLOCK, Target};
use super::wire::Entry;
use super::{unavailable, wire};
use crate::token;

/// Before the first id of a stream, and where a sweep begins and ends.
const START: &str = "0-0";

/// How often one call makes lost groups again before it gives up.
const REJOINS_PER_CALL: usize = 2;

/// Who reads, and how long it may hold a message.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) group: String,
    pub(super) name: String,
    pub(super) lease: Duration,
}

/// Reads new messages on its own connection, and takes over what others let lapse.
#[derive(Debug)]
pub(super) struct RedisConsumer {
    commands: Client,
    reader: Connection,
    member: Member,
    sources: Vec<Source>,
    /// Read, but more than the caller asked for.
    ready: VecDeque<Delivery>,
    next_sweep: Instant,
}

#[derive(Debug)]
struct Source {
    stream: StreamName,
    key: String,
    /// Where the next sweep for lapsed messages goes on.
    cursor: String,
}

impl RedisConsumer {
    pub(super) async fn join(
        target: &Target,
        commands: Client,
        streams: &[StreamName],
        member: Member,
    ) -> Result<Self, BusError> {
        let sources = streams.iter().map(|stream| Source {
            stream: stream.clone(),
            key: target.key(stream),
            cursor: START.to_owned(),
        });
        let consumer = Self {
            commands,
            reader: target.connect().await?,
            member,
            sources: sources.collect(),
            ready: VecDeque::new(),
            next_sweep: Instant::now(),
        };
        consumer.create_groups().await?;
        Ok(consumer)
    }

    /// Makes the group on each stream, from the first message on, where it is missing.
    async fn create_groups(&self) -> Result<(), BusError> {
        for source in &self.sources {
            let made: Result<Value, Error> = self
                .commands
                .xgroup_create(&source.key, &self.member.group, "0", true)
                .await;
            match made {
                Ok(_) => {}
                Err(error) if error.details().starts_with("BUSYGROUP") => {}
                Err(error) => return Err(unavailable(error)),
            }
        }
        Ok(())
    }

    /// Takes over what lay unacknowledged for longer than the lease. True when there may be more.
    async fn sweep(&mut self, max: usize) -> Result<bool, Error> {
        let min_idle = millis(self.member.lease);
        let count = u64::try_from(max).ok();
        let mut may_be_more = false;
        for source in &mut self.sources {
            let reply: Value = self
                .commands
                .xautoclaim(
                    &source.key,
                    &*self.member.group,
                    &*self.member.name,
                    min_idle,
                    &*source.cursor,
                    count,
                    false,
                )
                .await?;
            let (cursor, entries) = wire::claimed(reply);
            source.cursor = cursor.unwrap_or_else(|| START.to_owned());
            may_be_more |= source.cursor != START;
            let stream = &source.stream;
            self.ready
                .extend(entries.into_iter().flat_map(|entry| deliveries(stream, entry)));
        }
        Ok(may_be_more)
    }

    /// Reads new messages, blocking for so long when there are none.
    async fn read(&mut self, max: usize, block: Duration) -> Result<(), Error> {
        let keys: Vec<&str> = self.sources.iter().map(|source| source.key.as_str()).collect();
        let ids = vec![">"; keys.len()];
        // Zero would block for ever.
        let block_millis = Some(millis(block)).filter(|millis| *millis > 0);
        let reply: Value = self
            .reader
            .blocking(block)
            .xreadgroup(
                &*self.member.group,
                &*self.member.name,
                u64::try_from(max).ok(),
                block_millis,
                false,
                keys,
                ids,
            )
            .await?;
        for (key, entries) in wire::entries_by_key(reply) {
            let Some(source) = self.sources.iter().find(|source| source.key == key) else {
                continue;
            };
            let stream = &source.stream;
            self.ready
                .extend(entries.into_iter().flat_map(|entry| deliveries(stream, entry)));
        }
        Ok(())
    }

    /// One look: lapsed messages when their time has come, else new ones.
    async fn look(&mut self, max: usize, block: Duration) -> Result<(), Error> {
        if Instant::now() >= self.next_sweep {
            let may_be_more = self.sweep(max).await?;
            if !may_be_more {
                self.next_sweep = Instant::now() + self.member.lease / 4;
            }
            if !self.ready.is_empty() {
                return Ok(());
            }
        }
        let until_sweep = self.next_sweep.saturating_duration_since(Instant::now());
        self.read(max, block.min(until_sweep).min(LONGEST_BLOCK)).await
    }

    fn hand_out(&mut self, max: usize) -> Vec<Delivery> {
        let count = self.ready.len().min(max);
        self.ready.drain(..count).collect()
    }
}

#[async_trait]
impl Consumer for RedisConsumer {
    /// Dropping the future of this call would leave a blocked read on the server that swallows a message, which
    /// then waits out its lease.
    async fn next(&mut self, max: usize, wait: Duration) -> Result<Vec<Delivery>, BusError> {
        let deadline = Instant::now() + wait;
        let mut rejoins = 0;
        while self.ready.is_empty() && max > 0 && !self.sources.is_empty() {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.look(max, left).await {
                Ok(()) => {}
                Err(error) if is_group_lost(&error) && rejoins < REJOINS_PER_CALL => {
                    rejoins += 1;
                    tracing::warn!(group = %self.member.group, "groups lost by redis, created again");
                    self.create_groups().await?;
                    continue;
                }
                Err(error) => return Err(unavailable(error)),
            }
            if Instant::now() >= deadline {
                break;
            }
        }
        Ok(self.hand_out(max))
    }

    async fn acknowledge(&mut self, tokens: Vec<String>) -> Result<(), BusError> {
        for source in &self.sources {
            let ids: Vec<&str> = tokens
                .iter()
                .filter_map(|token| token::read(token))
                .filter(|(stream, _)| *stream == source.stream)
                .map(|(_, id)| id)
                .collect();
            if !ids.is_empty() {
                let () = self
                    .commands
                    .xack(&source.key, &*self.member.group, ids)
                    .await
                    .map_err(unavailable)?;
            }
        }
        Ok(())
    }
}

/// Whether the stream or its group vanished: by a restart without persistence, by `DEL` or by `FLUSHALL`.
fn is_group_lost(error: &Error) -> bool {
    let details = error.details();
    details.contains("NOGROUP") || details.starts_with("UNBLOCKED")
}

/// The messages of an entry; each is acknowledged with the entry as a whole.
fn deliveries(stream: &StreamName, entry: Entry) -> Vec<Delivery> {
    let token = token::write(stream, &entry.id);
    let envelopes = wire::read(stream, entry.fields).into_iter();
    envelopes
        .map(|envelope| Delivery {
            token: token.clone(),
            envelope,
        })
        .collect()
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}
