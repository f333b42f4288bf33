//! The keys that seal and sign, by id.

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::{
    STANDARD_NO_PAD_INDIFFERENT, URL_SAFE_NO_PAD, URL_SAFE_NO_PAD_INDIFFERENT,
};
use postern_domain::secret::Secret;

use crate::rng;

/// Length of a key in bytes.
const KEY_BYTES: usize = 32;

/// One key.
pub(crate) type Key = [u8; KEY_BYTES];

/// Keys by id. The highest id is the newest: it seals and signs, the others only open and verify.
#[derive(Clone)]
pub struct KeyRing {
    newest: u32,
    keys: BTreeMap<u32, Key>,
}

/// Why a text is not a key ring. Never holds any part of a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyRingError {
    /// There is no key in the text.
    #[error("the key ring is empty")]
    Empty,
    /// What stands before the colon is no number from 1 to 4294967295.
    #[error("entry {entry} of the key ring has no id of the form 1: before its key")]
    Id {
        /// Which entry, counted from one.
        entry: usize,
    },
    /// What stands after the colon is no key.
    #[error("key {id} of the key ring is not 32 bytes in base 64 or 64 hexadecimal digits")]
    Key {
        /// Its id.
        id: u32,
    },
    /// Two entries have one id.
    #[error("key {id} stands twice in the key ring")]
    Twice {
        /// Its id.
        id: u32,
    },
}

impl KeyRing {
    /// Reads a ring from its text form.
    ///
    /// Shape: entries `ID:KEY` parted by commas or white space, for example `2:bmV3…,1:b2xk…`. A key is 32
    /// bytes in base 64 (either alphabet, padded or not) or 64 hexadecimal digits. A single key may stand
    /// alone and then has the id 1. To rotate, add an entry with a higher id and keep the old ones until
    /// nothing is stale any more.
    pub fn parse(text: &Secret) -> Result<Self, KeyRingError> {
        let entries: Vec<&str> = text
            .reveal()
            .split(|c: char| c == ',' || c.is_whitespace())
            .filter(|entry| !entry.is_empty())
            .collect();
        let mut keys = BTreeMap::new();
        for (index, entry) in entries.iter().enumerate() {
            let (id, key) = match entry.split_once(':') {
                Some((id, key)) => (id.parse().ok(), key),
                None if entries.len() == 1 => (Some(1), *entry),
                None => (None, ""),
            };
            let id = id
                .filter(|id| *id > 0)
                .ok_or(KeyRingError::Id { entry: index + 1 })?;
            let key = read_key(key).ok_or(KeyRingError::Key { id })?;
            if keys.insert(id, key).is_some() {
                return Err(KeyRingError::Twice { id });
            }
        }
        let newest = *keys.keys().next_back().ok_or(KeyRingError::Empty)?;
        Ok(Self { newest, keys })
    }

    /// The text form of a ring with one fresh key, for instances that were given none.
    pub fn generate() -> Secret {
        let mut key = [0; KEY_BYTES];
        rng::fill(&mut key);
        Secret::new(format!("1:{}", URL_SAFE_NO_PAD.encode(key)))
    }

    /// The id of the key that seals and signs.
    pub fn newest_id(&self) -> u32 {
        self.newest
    }

    /// The key that seals and signs.
    pub(crate) fn newest(&self) -> &Key {
        &self.keys[&self.newest]
    }

    /// The key of an id.
    pub(crate) fn key(&self, id: u32) -> Option<&Key> {
        self.keys.get(&id)
    }

    /// All keys, the newest first.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Key> {
        self.keys.values().rev()
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "KeyRing({:?} [redacted])",
            self.keys.keys().collect::<Vec<_>>()
        )
    }
}

fn read_key(text: &str) -> Option<Key> {
    let bytes = if text.len() == 2 * KEY_BYTES {
        read_hex(text)?
    } else {
        STANDARD_NO_PAD_INDIFFERENT
            .decode(text)
            .or_else(|_| URL_SAFE_NO_PAD_INDIFFERENT.decode(text))
            .ok()?
    };
    bytes.try_into().ok()
}

fn read_hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u32>> = text.chars().map(|c| c.to_digit(16)).collect();
    digits?
        .chunks_exact(2)
        .map(|pair| u8::try_from(pair[0] * 16 + pair[1]).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    const BASE64: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    const OTHER: &str = "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8";

    #[track_caller]
    fn check(text: &str, want: Result<&[u32], &KeyRingError>) {
        let ids =
            KeyRing::parse(&Secret::new(text)).map(|ring| ring.keys.keys().copied().collect::<Vec<_>>());
        assert_eq!(ids.as_deref(), want, "{text}");
    }

    #[test]
    fn rings_are_read_in_every_spelling() {
        check(HEX, Ok(&[1]));
        check(BASE64, Ok(&[1]));
        check(&format!(" 7:{HEX}\n"), Ok(&[7]));
        check(&format!("1:{BASE64},2:{OTHER}"), Ok(&[1, 2]));
        check(&format!("2:{OTHER} 1:{HEX}"), Ok(&[1, 2]));
        let hex = KeyRing::parse(&Secret::new(HEX)).unwrap();
        let base64 = KeyRing::parse(&Secret::new(BASE64)).unwrap();
        assert_eq!(hex.newest(), base64.newest());
    }

    #[test]
    fn broken_rings_are_refused_by_entry() {
        check("", Err(&KeyRingError::Empty));
        check(" , ", Err(&KeyRingError::Empty));
        check("secret", Err(&KeyRingError::Key { id: 1 }));
        check("3:c2hvcnQ=", Err(&KeyRingError::Key { id: 3 }));
        check(&format!("0:{HEX}"), Err(&KeyRingError::Id { entry: 1 }));
        check(&format!("1:{HEX},{OTHER}"), Err(&KeyRingError::Id { entry: 2 }));
        check(&format!("one:{HEX}"), Err(&KeyRingError::Id { entry: 1 }));
        check(&format!("1:{HEX},1:{OTHER}"), Err(&KeyRingError::Twice { id: 1 }));
        check(
            &format!("1:{}", HEX.replace('0', "g")),
            Err(&KeyRingError::Key { id: 1 }),
        );
    }

    #[test]
    fn the_highest_id_is_the_newest() {
        let ring = KeyRing::parse(&Secret::new(format!("9:{OTHER},10:{HEX}"))).unwrap();
        assert_eq!(ring.newest_id(), 10);
        assert_eq!(ring.newest()[1], 1);
    }

    #[test]
    fn generated_rings_are_readable_and_differ() {
        let (first, second) = (KeyRing::generate(), KeyRing::generate());
        assert_ne!(first, second);
        assert_eq!(KeyRing::parse(&first).unwrap().newest_id(), 1);
    }

    #[test]
    fn rings_do_not_print_their_keys() {
        let ring = KeyRing::parse(&Secret::new(HEX)).unwrap();
        assert_eq!(format!("{ring:?}"), "KeyRing([1] [redacted])");
    }
}
