//! The event streams that are open in this process.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use postern_domain::Timestamp;
use rmcp::model::ClientJsonRpcMessage;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::caller::{Fingerprint, View};

/// All open streams by their id.
#[derive(Clone, Default)]
pub(in crate::http) struct Streams {
    open: Arc<Mutex<HashMap<String, Stream>>>,
    opened: Arc<AtomicU64>,
}

/// The way to one open stream.
#[derive(Clone)]
pub(super) struct Stream {
    /// Whose it is.
    pub(super) owner: Fingerprint,
    /// How the connection wants its tools.
    pub(super) view: View,
    /// Takes the client's messages.
    pub(super) messages: mpsc::Sender<ClientJsonRpcMessage>,
    /// When the client last sent one, in microseconds.
    pub(super) heard: Arc<AtomicI64>,
    /// Ends it.
    pub(super) end: CancellationToken,
    /// The how manieth of this process it is.
    number: u64,
}

/// A stream that is about to be opened.
pub(super) struct NewStream {
    /// Whose it is.
    pub(super) owner: Fingerprint,
    /// How the connection wants its tools.
    pub(super) view: View,
    /// Takes the client's messages.
    pub(super) messages: mpsc::Sender<ClientJsonRpcMessage>,
    /// Ends it.
    pub(super) end: CancellationToken,
    /// From [`Streams::next_number`].
    pub(super) number: u64,
    /// The present instant.
    pub(super) now: Timestamp,
}

/// Forgets a stream and ends it when its client goes away.
pub(super) struct Guard {
    streams: Streams,
    id: String,
    end: CancellationToken,
}

impl Streams {
    /// The number of the next stream, never the same twice.
    pub(super) fn next_number(&self) -> u64 {
        self.opened.fetch_add(1, Ordering::Relaxed)
    }

    /// Adds a stream unless its owner has `most` already.
    pub(super) fn add(&self, id: String, new: NewStream, most: usize) -> Option<(Stream, Guard)> {
        let NewStream {
            owner,
            view,
            messages,
            end,
            number,
            now,
        } = new;
        let mut open = self.lock();
        if open.values().filter(|stream| stream.owner == owner).count() >= most {
            return None;
        }
        let heard = Arc::new(AtomicI64::new(now.as_micros()));
        let stream = Stream {
            owner,
            view,
            messages,
            heard,
            end: end.clone(),
            number,
        };
        open.insert(id.clone(), stream.clone());
        crate::metrics::count_stream(1.0);
        Some((
            stream,
            Guard {
                streams: self.clone(),
                id,
                end,
            },
        ))
    }

    /// The stream with this id, if it belongs to `owner`.
    pub(super) fn find(&self, id: &str, owner: &Fingerprint) -> Option<Stream> {
        self.lock()
            .get(id)
            .filter(|stream| stream.owner == *owner)
            .cloned()
    }

    /// The stream that `owner` opened last, for clients that do not say which one they mean.
    pub(super) fn newest(&self, owner: &Fingerprint) -> Option<Stream> {
        self.lock()
            .values()
            .filter(|stream| stream.owner == *owner)
            .max_by_key(|stream| stream.number)
            .cloned()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Stream>> {
        // The map is whole between any two statements, so a panic elsewhere leaves it usable.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if self.streams.lock().remove(&self.id).is_some() {
            crate::metrics::count_stream(-1.0);
        }
        self.end.cancel();
    }
}
