//! What Postern gave up on by itself, and can be made to try again.

use std::fmt;
use std::str::FromStr;

use crate::id::{AnnouncementId, ParseIdError, PostId, PublicationId};
use crate::time::Timestamp;

/// What a dead letter is called: by the thing that did not get through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeadLetterId {
    /// A publication whose tries are used up.
    Publication(PublicationId),
    /// An announcement that could not be told.
    Announcement(AnnouncementId),
}

impl fmt::Display for DeadLetterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Publication(id) => id.fmt(f),
            Self::Announcement(id) => id.fmt(f),
        }
    }
}

impl FromStr for DeadLetterId {
    type Err = ParseIdError;

    fn from_str(text: &str) -> Result<Self, ParseIdError> {
        text.parse()
            .map(Self::Publication)
            .or_else(|_| text.parse().map(Self::Announcement))
    }
}

/// Something that did not get through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// Its id.
    pub id: DeadLetterId,
    /// What it is: an error's code, or the kind of an event.
    pub kind: String,
    /// Why it was given up; a sentence without its full stop.
    pub reason: String,
    /// The post, where there is one.
    pub post: Option<PostId>,
    /// When it was given up.
    pub at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_read_back() {
        for id in [
            DeadLetterId::Publication(PublicationId::from_bits(7)),
            DeadLetterId::Announcement(AnnouncementId::from_bits(7)),
        ] {
            assert_eq!(id.to_string().parse(), Ok(id));
        }
        assert!("post_1".parse::<DeadLetterId>().is_err());
    }
}
