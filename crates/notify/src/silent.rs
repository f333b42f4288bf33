//! Nobody is told.

use async_trait::async_trait;
use postern_domain::ports::{Notice, Notifier, NotifyError};

/// Tells nobody and says so, where no mail server is configured.
#[derive(Debug, Clone, Copy, Default)]
pub struct SilentNotifier;

#[async_trait]
impl Notifier for SilentNotifier {
    async fn notify(&self, _notice: &Notice) -> Result<(), NotifyError> {
        Err(NotifyError::NotConfigured)
    }
}
