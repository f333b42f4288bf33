//! What goes wrong at a platform, classed.

use postern_domain::failure::{ErrorClass, Failure, Trace};
use postern_domain::time::Timestamp;

use crate::http::{Lost, Reply};
use crate::rate;

/// Whether the request that failed may be repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// It leads towards the commit; repeating it does no harm.
    Repeatable,
    /// It is the commit.
    Commit,
}

impl Phase {
    /// The class of a failure after which nobody knows whether the request was carried out.
    pub fn unclear(self) -> ErrorClass {
        match self {
            Self::Repeatable => ErrorClass::Transient,
            Self::Commit => ErrorClass::Unconfirmed,
        }
    }
}

/// Why a step failed, with everything the typed error object needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderError {
    /// What may be done about it.
    pub class: ErrorClass,
    /// Our own word for it, stable, snake case.
    pub code: &'static str,
    /// The platform's code: its own, else the HTTP status.
    pub provider_code: Option<String>,
    /// The platform's words, cut to 300 characters, secrets struck out.
    pub provider_message: Option<String>,
    /// What happened; a sentence without its full stop.
    pub cause: String,
    /// What to do; a sentence without its full stop.
    pub fix: String,
    /// The evidence.
    pub trace: Trace,
}

impl ProviderError {
    /// An error of our own finding.
    pub fn new(
        class: ErrorClass,
        code: &'static str,
        cause: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self {
            class,
            code,
            provider_code: None,
            provider_message: None,
            cause: cause.into(),
            fix: fix.into(),
            trace: Trace::default(),
        }
    }

    /// Adds what the platform said: its code (else the status), its words, the evidence.
    #[must_use]
    pub fn said(mut self, reply: &Reply, code: Option<&str>, message: Option<&str>) -> Self {
        self.provider_code = Some(code.map_or_else(|| reply.status.to_string(), |code| reply.words(code)));
        self.provider_message = message
            .filter(|words| !words.is_empty())
            .map(|words| reply.words(words));
        self.trace = reply.trace();
        self
    }

    /// There is no answer. Before anything was sent it is safe to try again; a commit that may have arrived is in
    /// doubt.
    pub fn lost(lost: &Lost, phase: Phase) -> Self {
        let (class, code, fix) = match lost {
            Lost::Refused { .. } => (
                ErrorClass::Rejected,
                "address_refused",
                "connect the channel again with a public https address, or let the operator allow this one",
            ),
            Lost::Unreachable { .. } => (
                ErrorClass::Transient,
                "platform_unreachable",
                "nothing; it is tried again",
            ),
            Lost::Unreadable { .. } => (
                ErrorClass::Transient,
                "media_unreadable",
                "nothing; it is tried again. If it stays, upload the file once more",
            ),
            Lost::Unanswered { .. } => match phase {
                Phase::Repeatable => (
                    ErrorClass::Transient,
                    "platform_silent",
                    "nothing; it is tried again",
                ),
                Phase::Commit => (
                    ErrorClass::Unconfirmed,
                    "answer_lost",
                    "nothing yet; Postern looks for the post and asks you if it cannot tell",
                ),
            },
        };
        Self::new(class, code, lost.to_string(), fix)
    }

    /// The platform failed on its side (5xx): a commit is in doubt.
    pub fn unavailable(reply: &Reply, phase: Phase) -> Self {
        let fix = match phase {
            Phase::Repeatable => "nothing; it is tried again",
            Phase::Commit => "nothing yet; Postern looks for the post and asks you if it cannot tell",
        };
        let cause = format!("the platform failed with status {}", reply.status);
        Self::new(phase.unclear(), "platform_failed", cause, fix).said(reply, None, None)
    }

    /// The answer to a commit says yes and does not say what was made, or it cannot be read.
    pub fn unclear(reply: &Reply, phase: Phase) -> Self {
        let fix = match phase {
            Phase::Repeatable => "nothing; it is tried again",
            Phase::Commit => "nothing yet; Postern looks for the post and asks you if it cannot tell",
        };
        let cause = format!(
            "the platform's answer with status {} was not understood",
            reply.status
        );
        Self::new(phase.unclear(), "answer_not_understood", cause, fix).said(reply, None, None)
    }

    /// The platform asks for patience. `until` is what its own headers say, `Retry-After` is read besides.
    pub fn rate_limited(reply: &Reply, until: Option<Timestamp>, now: Timestamp) -> Self {
        let until = until.or_else(|| rate::retry_after(reply, now));
        Self::new(
            ErrorClass::RateLimited { until },
            "rate_limited",
            "the platform takes no more requests for now",
            "nothing; it goes on when the platform allows it",
        )
        .said(reply, None, None)
    }

    /// The grant is gone.
    pub fn reconnect(cause: impl Into<String>) -> Self {
        Self::new(
            ErrorClass::Reconnect,
            "access_lost",
            cause,
            "connect the channel again; its posts wait meanwhile",
        )
    }

    /// The platform refused the content for good.
    pub fn rejected(code: &'static str, cause: impl Into<String>, fix: impl Into<String>) -> Self {
        Self::new(ErrorClass::Rejected, code, cause, fix)
    }

    /// The error object of a publication, and the evidence of the attempt. `trace` is what the platform said last,
    /// for errors that carry no reply of their own.
    pub fn into_failure(
        self,
        operation: &str,
        attempt: u32,
        at: Timestamp,
        trace: Trace,
    ) -> (Failure, Trace) {
        let rates = trace.rates.clone();
        let evidence = if self.trace == Trace::default() {
            trace
        } else {
            self.trace
        };
        let failure = Failure {
            class: self.class,
            code: self.code.to_owned(),
            provider_code: self.provider_code,
            provider_message: self.provider_message,
            cause: self.cause,
            fix: self.fix,
            attempt,
            at,
        };
        (
            failure,
            Trace {
                operation: operation.to_owned(),
                rates,
                ..evidence
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_may_have_arrived_is_in_doubt() {
        let host = || "example.org".to_owned();
        for (lost, phase, want) in [
            (
                Lost::Unreachable {
                    host: host(),
                    why: "",
                },
                Phase::Commit,
                ErrorClass::Transient,
            ),
            (
                Lost::Unreadable { host: host() },
                Phase::Commit,
                ErrorClass::Transient,
            ),
            (
                Lost::Refused {
                    host: host(),
                    why: "",
                },
                Phase::Commit,
                ErrorClass::Rejected,
            ),
            (
                Lost::Unanswered {
                    host: host(),
                    why: "",
                },
                Phase::Commit,
                ErrorClass::Unconfirmed,
            ),
            (
                Lost::Unanswered {
                    host: host(),
                    why: "",
                },
                Phase::Repeatable,
                ErrorClass::Transient,
            ),
        ] {
            assert_eq!(ProviderError::lost(&lost, phase).class, want, "{lost:?}");
        }
        let reply = Reply::sample(503, &[], "");
        assert_eq!(
            ProviderError::unavailable(&reply, Phase::Commit).class,
            ErrorClass::Unconfirmed
        );
        assert_eq!(
            ProviderError::unavailable(&reply, Phase::Repeatable).class,
            ErrorClass::Transient
        );
        assert_eq!(
            ProviderError::unclear(&reply, Phase::Commit).class,
            ErrorClass::Unconfirmed
        );
    }
}
