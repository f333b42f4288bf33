//! Storage that counts what metronomes ask of it, and is away when a test says so.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use postern_domain::ports::{Storage, StorageError, Unit};

/// The storage of the use cases; what tests read goes past it.
pub(crate) struct Counted {
    inner: Arc<dyn Storage>,
    begun: AtomicU32,
    looked: AtomicU32,
    refusals: AtomicU32,
}

impl Counted {
    pub(crate) fn new(inner: Arc<dyn Storage>) -> Self {
        Self {
            inner,
            begun: AtomicU32::new(0),
            looked: AtomicU32::new(0),
            refusals: AtomicU32::new(0),
        }
    }

    /// How many units of work that may write were begun.
    pub(crate) fn begun(&self) -> u32 {
        self.begun.load(Ordering::SeqCst)
    }

    /// How many units of work that only read were begun.
    pub(crate) fn looked(&self) -> u32 {
        self.looked.load(Ordering::SeqCst)
    }

    /// The next units of work that may write do not begin.
    pub(crate) fn refuse(&self, units: u32) {
        self.refusals.store(units, Ordering::SeqCst);
    }
}

#[async_trait]
impl Storage for Counted {
    async fn begin(&self) -> Result<Box<dyn Unit>, StorageError> {
        self.begun.fetch_add(1, Ordering::SeqCst);
        let one_less = |left: u32| left.checked_sub(1);
        match self
            .refusals
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less)
        {
            Ok(_) => Err(StorageError::Unavailable {
                detail: "a test says so".into(),
            }),
            Err(_) => self.inner.begin().await,
        }
    }

    async fn read(&self) -> Result<Box<dyn Unit>, StorageError> {
        self.looked.fetch_add(1, Ordering::SeqCst);
        self.inner.read().await
    }

    async fn ping(&self) -> Result<(), StorageError> {
        self.inner.ping().await
    }
}
