//! Where a page of a list ended, as an opaque text.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use postern_domain::ports::StorageError;
use postern_domain::time::Timestamp;
use uuid::Uuid;

use crate::error::conflict;

/// The last row of a page: its instant, where it has one, and its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cursor {
    pub(crate) at: Option<Timestamp>,
    pub(crate) id: Uuid,
}

impl Cursor {
    /// Bytes of an instant: whether there is one, and its microseconds.
    const INSTANT: usize = 9;

    /// Reads a cursor back; a text that never was one is [`StorageError::Conflict`] on `cursor`.
    pub(crate) fn read(text: Option<&str>) -> Result<Option<Self>, StorageError> {
        match text {
            None | Some("") => Ok(None),
            Some(text) => Self::parse(text).map(Some).ok_or_else(|| conflict("cursor")),
        }
    }

    /// The text for the next request.
    pub(crate) fn write(self) -> String {
        let mut bytes = Vec::with_capacity(Self::INSTANT + 16);
        bytes.push(u8::from(self.at.is_some()));
        bytes.extend(self.at.unwrap_or_default().as_micros().to_be_bytes());
        bytes.extend(self.id.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (instant, id) = bytes.split_at_checked(Self::INSTANT)?;
        let (has_instant, micros) = instant.split_first()?;
        let at = Timestamp::from_micros(i64::from_be_bytes(micros.try_into().ok()?));
        Some(Self {
            at: Some(at).filter(|_| *has_instant == 1),
            id: Uuid::from_slice(id).ok()?,
        })
    }
}

/// Cuts what was found, one more than asked for, to a page; tells where the next one begins, if there is one.
pub(crate) fn page<T>(mut found: Vec<T>, limit: u32, end: impl Fn(&T) -> Cursor) -> (Vec<T>, Option<String>) {
    let limit = limit as usize;
    let has_more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| has_more).map(|last| end(last).write());
    (found, next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_read_back_and_foreign_texts_are_refused() {
        for at in [
            None,
            Some(Timestamp::from_micros(-5)),
            Some(Timestamp::from_micros(1 << 50)),
        ] {
            let cursor = Cursor {
                at,
                id: Uuid::from_u128(7),
            };
            assert_eq!(Cursor::read(Some(&cursor.write())), Ok(Some(cursor)));
        }
        assert_eq!(Cursor::read(None), Ok(None));
        assert_eq!(Cursor::read(Some("")), Ok(None));
        for text in ["?", "AAAA", "2"] {
            assert_eq!(Cursor::read(Some(text)), Err(conflict("cursor")), "{text}");
        }
    }

    #[test]
    fn only_a_page_with_something_behind_it_has_a_next_one() {
        let end = |number: &u128| Cursor {
            at: None,
            id: Uuid::from_u128(*number),
        };
        assert_eq!(page(vec![1, 2], 2, end), (vec![1, 2], None));
        assert_eq!(page(vec![1, 2, 3], 2, end), (vec![1, 2], Some(end(&2).write())));
        assert_eq!(page(vec![], 2, end), (vec![], None));
    }
}
