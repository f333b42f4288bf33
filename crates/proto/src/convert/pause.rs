//! Pauses and dead letters.

use postern_domain::dead_letter::DeadLetter;
use postern_domain::pause::{Held, Pause, Resumed};
use postern_domain::time::Timestamp;

use super::{ConvertError, closed, id, optional_id};
use crate::v1;

impl From<Pause> for v1::Pause {
    fn from(pause: Pause) -> Self {
        Self {
            scope: pause.scope.to_string(),
            since: pause.since.as_micros(),
            by: pause.by,
        }
    }
}

impl TryFrom<v1::Pause> for Pause {
    type Error = ConvertError;

    fn try_from(message: v1::Pause) -> Result<Self, ConvertError> {
        Ok(Self {
            scope: id(&message.scope, "scope")?,
            since: Timestamp::from_micros(message.since),
            by: message.by,
        })
    }
}

impl From<Resumed> for v1::ResumeReply {
    fn from(resumed: Resumed) -> Self {
        Self {
            released: resumed.released,
            missed: resumed.missed,
            more: resumed.more,
        }
    }
}

impl From<v1::ResumeReply> for Resumed {
    fn from(message: v1::ResumeReply) -> Self {
        Self {
            released: message.released,
            missed: message.missed,
            more: message.more,
        }
    }
}

/// The number of a reason; zero while nothing holds the publication.
pub(super) fn held_number(held: Option<Held>) -> i32 {
    held.map_or(v1::Held::Unspecified, v1::Held::from).into()
}

/// Reads [`held_number`] back.
pub(super) fn held_of(number: i32) -> Result<Option<Held>, ConvertError> {
    if number == i32::from(v1::Held::Unspecified) {
        return Ok(None);
    }
    closed::<v1::Held, _>(number, "held").map(Some)
}

impl From<DeadLetter> for v1::DeadLetter {
    fn from(letter: DeadLetter) -> Self {
        Self {
            id: letter.id.to_string(),
            kind: letter.kind,
            reason: letter.reason,
            post: letter.post.map(|post| post.to_string()),
            at: letter.at.as_micros(),
        }
    }
}

impl TryFrom<v1::DeadLetter> for DeadLetter {
    type Error = ConvertError;

    fn try_from(message: v1::DeadLetter) -> Result<Self, ConvertError> {
        Ok(Self {
            id: id(&message.id, "id")?,
            kind: message.kind,
            reason: message.reason,
            post: optional_id(message.post.as_deref(), "post")?,
            at: Timestamp::from_micros(message.at),
        })
    }
}
