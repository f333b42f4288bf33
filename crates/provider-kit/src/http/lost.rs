//! Why there is no answer.

/// Why a request got no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Lost {
    /// The address is not one that Postern goes to; nothing was sent.
    #[error("{host} is refused: {why}")]
    Refused {
        /// The host.
        host: String,
        /// Why.
        why: &'static str,
    },
    /// There was no connection; nothing was sent.
    #[error("{host} could not be reached: {why}")]
    Unreachable {
        /// The host.
        host: String,
        /// What stood in the way.
        why: &'static str,
    },
    /// The file to be sent could not be read; the request was not completed.
    #[error("the file to be sent to {host} could not be read")]
    Unreadable {
        /// The host.
        host: String,
    },
    /// The request was sent, in part or whole, and no complete answer came.
    #[error("{host} did not answer: {why}")]
    Unanswered {
        /// The host.
        host: String,
        /// What stood in the way.
        why: &'static str,
    },
}

impl Lost {
    /// The host, never a full URL.
    pub fn host(&self) -> &str {
        match self {
            Self::Refused { host, .. }
            | Self::Unreachable { host, .. }
            | Self::Unreadable { host }
            | Self::Unanswered { host, .. } => host,
        }
    }

    /// Whether the platform may have carried out what was asked.
    pub fn may_have_arrived(&self) -> bool {
        matches!(self, Self::Unanswered { .. })
    }
}
