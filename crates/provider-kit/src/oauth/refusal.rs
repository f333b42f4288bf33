//! How connecting fails, in the words of problems.

use postern_domain::channel::ConnectAnswer;
use postern_domain::ports::ConnectError;
use postern_domain::secret::Secret;
use postern_domain::{Code, Problem};

use crate::http::{Lost, Reply};

/// The code that the browser brought back, or what the platform said instead.
pub fn came_back<'a>(answer: &'a ConnectAnswer, platform: &str) -> Result<&'a Secret, ConnectError> {
    if let Some(error) = &answer.error {
        return Err(ConnectError::Refused(
            Problem::new(
                Code::ConnectFailed,
                "",
                format!("{platform} did not grant access"),
                "connect again and allow what is asked for",
            )
            .given(error),
        ));
    }
    answer.code.as_ref().ok_or_else(|| {
        ConnectError::Refused(Problem::new(
            Code::ConnectFailed,
            "",
            format!("{platform} sent no code"),
            "connect again",
        ))
    })
}

/// The platform answered, and not with a yes. `message` are its words.
pub fn platform_refused(reply: &Reply, detail: impl Into<String>, message: Option<&str>) -> ConnectError {
    let words = message.map(|message| reply.words(message));
    let given = words.unwrap_or_else(|| format!("status {}", reply.status));
    ConnectError::Refused(
        Problem::new(
            Code::ConnectFailed,
            "",
            detail,
            "connect again; if it stays, look at the provider's page",
        )
        .given(given),
    )
}

/// There was no answer. An address that is refused is the fault of whoever typed it.
pub fn unreachable(lost: &Lost, field: &str) -> ConnectError {
    match lost {
        Lost::Refused { host, why } => ConnectError::Refused(
            Problem::new(
                Code::UrlRefused,
                field,
                format!("Postern does not go to this address: {why}"),
                "give a public https address, or let the operator allow this one",
            )
            .given(host),
        ),
        Lost::Unreachable { host, .. } | Lost::Unreadable { host } | Lost::Unanswered { host, .. } => {
            ConnectError::Unreachable { host: host.clone() }
        }
    }
}
