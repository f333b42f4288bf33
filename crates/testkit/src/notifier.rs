//! A notifier that keeps what it was told.

use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use postern_domain::ports::{Notice, Notifier, NotifyError};

/// Delivers into a list, or fails as it is told to.
#[derive(Debug, Default)]
pub struct FakeNotifier {
    delivered: Mutex<Vec<Notice>>,
    failure: Mutex<Option<NotifyError>>,
}

impl FakeNotifier {
    /// What was delivered, in order.
    pub fn delivered(&self) -> Vec<Notice> {
        self.delivered
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Answers every notice with this from now on; none delivers again.
    pub fn fail_with(&self, failure: Option<NotifyError>) {
        *self.failure.lock().unwrap_or_else(PoisonError::into_inner) = failure;
    }
}

#[async_trait]
impl Notifier for FakeNotifier {
    async fn notify(&self, notice: &Notice) -> Result<(), NotifyError> {
        if let Some(failure) = self
            .failure
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
        {
            return Err(failure);
        }
        let mut delivered = self.delivered.lock().unwrap_or_else(PoisonError::into_inner);
        delivered.push(notice.clone());
        Ok(())
    }
}
