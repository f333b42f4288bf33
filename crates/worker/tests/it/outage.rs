//! Storage that can be away for as many units of work as a test says.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use postern_domain::ports::{Storage, StorageError, Unit};

/// The storage of the use cases; what tests read goes past it.
pub(crate) struct Outage {
    inner: Arc<dyn Storage>,
    left: AtomicU32,
}

impl Outage {
    pub(crate) fn new(inner: Arc<dyn Storage>) -> Self {
        Self {
            inner,
            left: AtomicU32::new(0),
        }
    }

    /// The next units of work that may write do not begin.
    pub(crate) fn refuse(&self, units: u32) {
        self.left.store(units, Ordering::SeqCst);
    }

    /// How many are still to be refused.
    pub(crate) fn left(&self) -> u32 {
        self.left.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Storage for Outage {
    async fn begin(&self) -> Result<Box<dyn Unit>, StorageError> {
        let one_less = |left: u32| left.checked_sub(1);
        match self
            .left
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less)
        {
            Ok(_) => Err(StorageError::Unavailable {
                detail: "a test says so".into(),
            }),
            Err(_) => self.inner.begin().await,
        }
    }

    async fn read(&self) -> Result<Box<dyn Unit>, StorageError> {
        self.inner.read().await
    }

    async fn ping(&self) -> Result<(), StorageError> {
        self.inner.ping().await
    }
}
