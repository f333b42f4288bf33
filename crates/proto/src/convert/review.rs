//! Approvals.

use postern_domain::review::{Decision, Rejection, Review, Verdict};
use postern_domain::time::Timestamp;

use super::{ConvertError, optional};
use crate::v1;

impl From<Review> for v1::Review {
    fn from(review: Review) -> Self {
        Self {
            asked_by: review.asked_by,
            asked_at: review.asked_at.as_micros(),
            verdict: review.verdict.map(Into::into),
        }
    }
}

impl TryFrom<v1::Review> for Review {
    type Error = ConvertError;

    fn try_from(message: v1::Review) -> Result<Self, ConvertError> {
        Ok(Self {
            asked_by: message.asked_by,
            asked_at: Timestamp::from_micros(message.asked_at),
            verdict: optional(message.verdict, "verdict")?,
        })
    }
}

impl From<Verdict> for v1::Verdict {
    fn from(verdict: Verdict) -> Self {
        Self {
            by: verdict.by,
            at: verdict.at.as_micros(),
            rejected: verdict.rejected.map(|Rejection(reason)| reason),
        }
    }
}

impl TryFrom<v1::Verdict> for Verdict {
    type Error = ConvertError;

    fn try_from(message: v1::Verdict) -> Result<Self, ConvertError> {
        Ok(Self {
            by: message.by,
            at: Timestamp::from_micros(message.at),
            rejected: message.rejected.map(Rejection),
        })
    }
}

impl From<Decision> for v1::review_post_request::Decision {
    fn from(decision: Decision) -> Self {
        match decision {
            Decision::Approve => Self::Approve(v1::Mark {}),
            Decision::Reject(Rejection(reason)) => Self::Reject(reason),
        }
    }
}

impl TryFrom<v1::review_post_request::Decision> for Decision {
    type Error = ConvertError;

    fn try_from(message: v1::review_post_request::Decision) -> Result<Self, ConvertError> {
        use v1::review_post_request::Decision as Message;
        Ok(match message {
            Message::Approve(v1::Mark {}) => Self::Approve,
            Message::Reject(reason) => Self::Reject(Rejection(reason)),
        })
    }
}
