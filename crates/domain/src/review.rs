//! Approval: what an author who may not publish has written waits until somebody who may has looked at it.

use crate::time::Timestamp;

/// How far a post has come on its way into the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Its author is at it.
    Draft,
    /// Its author is done and may not publish; somebody else has to approve it.
    InReview,
    /// Its publications tell the rest.
    Planned,
}

/// The approval of a post whose author may not publish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// Who asked for it: the name of a person or of a key.
    pub asked_by: String,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// What came of it, once somebody decided.
    pub verdict: Option<Verdict>,
}

/// What somebody who may publish decided about a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Who decided.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why not, when it was rejected; none is an approval.
    pub rejected: Option<Rejection>,
}

/// Why a post was rejected, in the words of who did; may be empty, at most [`Rejection::LONGEST`] characters.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rejection(pub String);

impl Rejection {
    /// The longest reason, in characters.
    pub const LONGEST: usize = 1000;
}

/// What to decide about a post that waits for approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It goes out as it is.
    Approve,
    /// It goes back to its author.
    Reject(Rejection),
}

impl Review {
    /// Asks for approval.
    pub fn asked(by: &str, at: Timestamp) -> Self {
        Self {
            asked_by: by.to_owned(),
            asked_at: at,
            verdict: None,
        }
    }

    /// Why it was rejected, when it was.
    pub fn rejection(&self) -> Option<(&Verdict, &str)> {
        let verdict = self.verdict.as_ref()?;
        let reason = verdict.rejected.as_ref()?;
        Some((verdict, reason.0.as_str()))
    }
}

impl Decision {
    /// The same as a verdict.
    pub fn into_verdict(self, by: &str, at: Timestamp) -> Verdict {
        Verdict {
            by: by.to_owned(),
            at,
            rejected: match self {
                Self::Approve => None,
                Self::Reject(reason) => Some(reason),
            },
        }
    }
}
