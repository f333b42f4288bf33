//! Errors on their way: a `BackendError` rides in the details of a status and arrives as it was.

use std::error::Error;

use bytes::Bytes;
use postern_domain::BackendError;
use prost::Message;
use tonic::{Code, Status};

use crate::convert::{ConvertError, closed, each, many, needed, number};
use crate::v1;
use crate::v1::ErrorKind;

/// What [`BackendError`] speaks of. A noun that is not here arrives as [`OTHER`].
const NOUNS: [&str; 27] = [
    "attempt",
    "backend",
    "bus",
    "channel",
    "counters",
    "database",
    "entry",
    "file",
    "group",
    "helper",
    "key",
    "lease",
    "media",
    "media store",
    "person",
    "platform",
    "post",
    "provider",
    "publication",
    "recurrence",
    "session",
    "setting",
    "slot",
    "upload",
    "vault",
    "workspace",
    OTHER,
];

const OTHER: &str = "thing";

/// The status that carries this error.
pub(crate) fn status(error: BackendError) -> Status {
    let message = error.to_string();
    let (code, detail) = detail(error);
    Status::with_details(code, message, Bytes::from(detail.encode_to_vec()))
}

/// The error that a status carries; for one that carries none, what went wrong on the way.
pub(crate) fn error(status: &Status) -> BackendError {
    if status.details().is_empty() {
        return from_transport(status);
    }
    let Ok(detail) = v1::ErrorDetail::decode(status.details()) else {
        return ConvertError::new("details", "not an error detail").into();
    };
    read(detail).unwrap_or_else(BackendError::from)
}

fn detail(error: BackendError) -> (Code, v1::ErrorDetail) {
    let of = |kind: ErrorKind| v1::ErrorDetail {
        kind: kind.into(),
        ..v1::ErrorDetail::default()
    };
    match error {
        BackendError::Refused(problems) => {
            let problems = many(problems);
            let refused = of(ErrorKind::Refused);
            (Code::InvalidArgument, v1::ErrorDetail { problems, ..refused })
        }
        BackendError::Conflict(problem) => {
            let problems = vec![problem.into()];
            let conflict = of(ErrorKind::Conflict);
            (Code::FailedPrecondition, v1::ErrorDetail { problems, ..conflict })
        }
        BackendError::NotFound { what, id } => {
            let what = what.to_owned();
            let not_found = of(ErrorKind::NotFound);
            (
                Code::NotFound,
                v1::ErrorDetail {
                    what,
                    id,
                    ..not_found
                },
            )
        }
        BackendError::Unauthenticated => (Code::Unauthenticated, of(ErrorKind::Unauthenticated)),
        BackendError::Forbidden(scope) => {
            let scope = number::<v1::Scope, _>(scope);
            let forbidden = of(ErrorKind::Forbidden);
            (Code::PermissionDenied, v1::ErrorDetail { scope, ..forbidden })
        }
        BackendError::RateLimited { retry_after } => {
            let retry_after = Some(retry_after.into());
            let limited = of(ErrorKind::RateLimited);
            (
                Code::ResourceExhausted,
                v1::ErrorDetail {
                    retry_after,
                    ..limited
                },
            )
        }
        BackendError::Unavailable { what } => {
            let what = what.to_owned();
            let unavailable = of(ErrorKind::Unavailable);
            (Code::Unavailable, v1::ErrorDetail { what, ..unavailable })
        }
        BackendError::Internal => (Code::Internal, of(ErrorKind::Internal)),
    }
}

fn read(detail: v1::ErrorDetail) -> Result<BackendError, ConvertError> {
    Ok(match detail.kind() {
        ErrorKind::Unspecified => return Err(ConvertError::absent("kind")),
        ErrorKind::Refused => BackendError::Refused(each(detail.problems, "problems")?),
        ErrorKind::Conflict => {
            BackendError::Conflict(needed(detail.problems.into_iter().next(), "problems")?)
        }
        ErrorKind::NotFound => BackendError::NotFound {
            what: noun(&detail.what),
            id: detail.id,
        },
        ErrorKind::Unauthenticated => BackendError::Unauthenticated,
        ErrorKind::Forbidden => BackendError::Forbidden(closed::<v1::Scope, _>(detail.scope, "scope")?),
        ErrorKind::RateLimited => BackendError::RateLimited {
            retry_after: needed(detail.retry_after, "retry_after")?,
        },
        ErrorKind::Unavailable => BackendError::Unavailable {
            what: noun(&detail.what),
        },
        ErrorKind::Internal => BackendError::Internal,
    })
}

fn noun(text: &str) -> &'static str {
    NOUNS.into_iter().find(|noun| *noun == text).unwrap_or(OTHER)
}

/// The backend itself always sends details; without them the call did not reach it or was not understood.
fn from_transport(status: &Status) -> BackendError {
    // A status with a source was made on this side, when the connection failed; whatever its code says.
    if status.source().is_some() {
        tracing::warn!(rpc.code = ?status.code(), "backend not reached");
        return BackendError::Unavailable { what: "backend" };
    }
    match status.code() {
        Code::Unauthenticated => {
            tracing::error!("backend refused the service token");
            BackendError::Unavailable { what: "backend" }
        }
        Code::InvalidArgument
        | Code::Unimplemented
        | Code::OutOfRange
        | Code::Internal
        | Code::DataLoss
        | Code::ResourceExhausted => {
            tracing::error!(
                rpc.code = ?status.code(),
                rpc.message = status.message(),
                "backend did not understand the call"
            );
            BackendError::Internal
        }
        Code::Ok
        | Code::Cancelled
        | Code::Unknown
        | Code::DeadlineExceeded
        | Code::NotFound
        | Code::AlreadyExists
        | Code::PermissionDenied
        | Code::FailedPrecondition
        | Code::Aborted
        | Code::Unavailable => {
            tracing::warn!(rpc.code = ?status.code(), "backend not reached");
            BackendError::Unavailable { what: "backend" }
        }
    }
}

#[cfg(test)]
mod tests;
