//! One member of a group.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use postern_domain::ports::{BusError, Consumer, Delivery, StreamName};
use tokio::time::{Instant, timeout_at};

use super::Shared;
use crate::token;

#[derive(Debug)]
pub(super) struct MemoryConsumer {
    shared: Arc<Shared>,
    streams: Vec<StreamName>,
    group: String,
    lease: Duration,
}

impl MemoryConsumer {
    pub(super) fn new(shared: Arc<Shared>, streams: Vec<StreamName>, group: String, lease: Duration) -> Self {
        Self {
            shared,
            streams,
            group,
            lease,
        }
    }

    /// What is there now, and when the next lease lapses.
    fn take(&mut self, max: usize) -> (Vec<Delivery>, Option<Instant>) {
        let now = Instant::now();
        let mut taken = Vec::new();
        let mut next_lapse: Option<Instant> = None;
        // Another stream comes first each time, so that a busy one does not starve the others.
        if !self.streams.is_empty() {
            self.streams.rotate_left(1);
        }
        let mut shared = self.shared.streams();
        for stream in &self.streams {
            let Some(log) = shared.logs.get_mut(stream) else {
                continue;
            };
            let messages = log.take(&self.group, max - taken.len(), now, self.lease);
            taken.extend(messages.into_iter().map(|(number, envelope)| Delivery {
                token: token::write(stream, number),
                envelope,
            }));
            next_lapse = [next_lapse, log.next_lapse(&self.group)]
                .into_iter()
                .flatten()
                .min();
        }
        (taken, next_lapse)
    }
}

#[async_trait]
impl Consumer for MemoryConsumer {
    async fn next(&mut self, max: usize, wait: Duration) -> Result<Vec<Delivery>, BusError> {
        let deadline = Instant::now() + wait;
        let shared = Arc::clone(&self.shared);
        loop {
            // Listening begins before looking, so that nothing slips in between.
            let arrived = shared.arrived.notified();
            let (taken, next_lapse) = self.take(max);
            if !taken.is_empty() || max == 0 || Instant::now() >= deadline {
                return Ok(taken);
            }
            let until = next_lapse.map_or(deadline, |lapse| lapse.min(deadline));
            // Whether woken or not: the next look tells.
            let _ = timeout_at(until, arrived).await;
        }
    }

    async fn acknowledge(&mut self, tokens: Vec<String>) -> Result<(), BusError> {
        let mut shared = self.shared.streams();
        for token in &tokens {
            let Some((stream, number)) = token::read(token) else {
                continue;
            };
            if let (Some(log), Ok(number)) = (shared.logs.get_mut(&stream), number.parse()) {
                log.acknowledge(&self.group, number);
            }
        }
        Ok(())
    }
}
