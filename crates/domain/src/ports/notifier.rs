//! Telling people outside: mail and web hooks.

use async_trait::async_trait;

/// Something to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The receiver's address.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The text, plain.
    pub text: String,
}

/// Why it was not told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotifyError {
    /// No way is configured.
    #[error("no mail server is configured")]
    NotConfigured,
    /// The other side failed; trying again may help.
    #[error("notice not delivered: {0}")]
    Failed(String),
}

/// Tells people outside.
#[async_trait]
pub trait Notifier: Send + Sync {
    /// Delivers a notice once.
    async fn notify(&self, notice: &Notice) -> Result<(), NotifyError>;
}
