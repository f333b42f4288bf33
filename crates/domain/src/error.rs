//! The one error of the [`crate::ports::Backend`] port.

use std::time::Duration;

use crate::actor::Scope;
use crate::ports::{ConnectError, StorageError};
use crate::problem::{Code, Problem};

/// Why a use case did not do what was asked. One mapping in `wire` turns it into each door's form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BackendError {
    /// Understood and refused; all violations at once, never empty.
    #[error("refused for {} reasons", .0.len())]
    Refused(Vec<Problem>),
    /// Right, but not in this state.
    #[error("conflict: {}", .0.code)]
    Conflict(Problem),
    /// There is no such thing in this workspace.
    #[error("no {what} with the id {id}")]
    NotFound {
        /// What was looked for, one of our nouns.
        what: &'static str,
        /// The id as given.
        id: String,
    },
    /// The caller is unknown.
    #[error("unauthenticated")]
    Unauthenticated,
    /// The key lacks this scope or the role does not carry it.
    #[error("not allowed without {0}")]
    Forbidden(Scope),
    /// Too many requests.
    #[error("rate limited")]
    RateLimited {
        /// When to come back.
        retry_after: Duration,
    },
    /// Something needed is away; nothing was changed.
    #[error("{what} is unavailable")]
    Unavailable {
        /// What is away: `database`, `backend`, `platform`.
        what: &'static str,
    },
    /// A defect; details are in the log.
    #[error("internal error")]
    Internal,
}

impl BackendError {
    /// A refusal for one reason.
    pub fn refused(problem: Problem) -> Self {
        Self::Refused(vec![problem])
    }

    /// Something that is not there.
    #[expect(clippy::needless_pass_by_value, reason = "ids are copied and texts borrowed")]
    pub fn not_found(what: &'static str, id: impl ToString) -> Self {
        Self::NotFound {
            what,
            id: id.to_string(),
        }
    }

    /// The problems as a list, whatever the kind: what every door shows.
    pub fn problems(&self) -> Vec<Problem> {
        match self {
            Self::Refused(problems) => problems.clone(),
            Self::Conflict(problem) => vec![problem.clone()],
            Self::NotFound { what, id } => vec![
                Problem::new(
                    Code::NotFound,
                    "",
                    format!("there is no {what} with this id in this workspace"),
                    format!("list the {what}s and use one of their ids"),
                )
                .given(id),
            ],
            Self::Unauthenticated => vec![Problem::new(
                Code::Unauthenticated,
                "",
                "the credential is missing, unknown, expired or revoked",
                "log in again, or create a key under Settings > Public API and send it",
            )],
            Self::Forbidden(scope) => vec![
                Problem::new(
                    Code::ScopeMissing,
                    "",
                    format!("this needs the scope {scope}"),
                    "use a key with this scope, or ask an admin of the workspace for one",
                )
                .allowed(scope),
            ],
            Self::RateLimited { retry_after } => vec![Problem::new(
                Code::RateLimited,
                "",
                "too many requests",
                format!("try again in {} seconds", retry_after.as_secs().max(1)),
            )],
            Self::Unavailable { what } => vec![Problem::new(
                Code::Unavailable,
                "",
                format!("the {what} cannot be reached at the moment; nothing was changed"),
                "try again in a few seconds",
            )],
            Self::Internal => vec![Problem::new(
                Code::Internal,
                "",
                "something went wrong inside Postern; nothing was changed",
                "try again; if it stays, look into the log for this request's trace id",
            )],
        }
    }
}

impl From<StorageError> for BackendError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Unavailable { .. } => Self::Unavailable { what: "database" },
            StorageError::Corrupt { .. } | StorageError::Failed { .. } => Self::Internal,
            StorageError::Conflict { what } if what == "cursor" => Self::refused(Problem::new(
                Code::Malformed,
                "/cursor",
                "is not the end of a page",
                "send the cursor that the page before ended with, or none for the first page",
            )),
            StorageError::Conflict { .. } => Self::Conflict(Problem::new(
                Code::VersionConflict,
                "",
                "somebody else changed this in between",
                "read it again and repeat the change",
            )),
        }
    }
}

impl From<ConnectError> for BackendError {
    fn from(error: ConnectError) -> Self {
        match error {
            ConnectError::Refused(problem) => Self::refused(problem),
            ConnectError::Unreachable { .. } => Self::Unavailable { what: "platform" },
        }
    }
}
