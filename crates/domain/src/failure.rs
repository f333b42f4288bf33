//! What went wrong with a publication, in one object that is told the same way everywhere.

use crate::rate::RateHint;
use crate::time::Timestamp;

/// What the worker may do after a provider failed. The provider decides by exact codes; nobody guesses from text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorClass {
    /// The grant is gone and only its owner can mend it. Suspends the channel, holds the publication.
    Reconnect,
    /// The access token is stale; renew the grant once, then repeat the step.
    Refresh,
    /// The platform asks for patience; `until` where it said how long. Costs no try.
    RateLimited {
        /// When to come back.
        until: Option<Timestamp>,
    },
    /// Nothing was created; trying again is safe.
    Transient,
    /// The platform refused this content for good; the author can mend it.
    Rejected,
    /// Something may have been created. Never sent again before evidence is in.
    Unconfirmed,
}

impl ErrorClass {
    /// The name on wires, in storage and logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reconnect => "reconnect",
            Self::Refresh => "refresh",
            Self::RateLimited { .. } => "rate_limited",
            Self::Transient => "transient",
            Self::Rejected => "rejected",
            Self::Unconfirmed => "unconfirmed",
        }
    }

    /// Reads [`ErrorClass::as_str`] back; a rate limit without its end.
    pub fn parse(text: &str) -> Option<Self> {
        [
            Self::Reconnect,
            Self::Refresh,
            Self::RateLimited { until: None },
            Self::Transient,
            Self::Rejected,
            Self::Unconfirmed,
        ]
        .into_iter()
        .find(|class| class.as_str() == text)
    }

    /// Whether the same content may be sent again without change.
    pub const fn is_retryable(self) -> bool {
        match self {
            Self::Reconnect | Self::Refresh | Self::RateLimited { .. } | Self::Transient => true,
            Self::Rejected | Self::Unconfirmed => false,
        }
    }
}

/// The typed error object of a publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What may be done about it.
    pub class: ErrorClass,
    /// Our own word for it, stable, snake case: `text_too_long`, `token_revoked`, `answer_lost`.
    pub code: String,
    /// The platform's code: an HTTP status or its own.
    pub provider_code: Option<String>,
    /// The platform's words, cut to 300 characters, secrets struck out.
    pub provider_message: Option<String>,
    /// What happened; a sentence without its full stop.
    pub cause: String,
    /// What to do; a sentence without its full stop.
    pub fix: String,
    /// Which try it was, from 1.
    pub attempt: u32,
    /// When.
    pub at: Timestamp,
}

/// What one try left behind, for people who look into it later.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trace {
    /// The step: `prepare`, `wait`, `commit`, `confirm`, `detect`.
    pub operation: String,
    /// HTTP status of the last reply.
    pub status: Option<u16>,
    /// The platform's request id.
    pub request_id: Option<String>,
    /// The last reply, cut to 2 KiB, secrets struck out.
    pub reply: Option<String>,
    /// What the platform said about its counting; listened to once and not kept.
    pub rates: Vec<RateHint>,
}
