//! Identifiers: 128 bits, ordered by creation, shown as `post_` + 26 characters of Crockford's base 32.

use std::fmt;

/// The alphabet of Crockford's base 32, lower case: no `i`, `l`, `o`, `u`.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Why a text is not an identifier of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an id of the form {prefix}_ and 26 characters")]
pub struct ParseIdError {
    /// The prefix that was wanted, without the underscore.
    pub prefix: &'static str,
}

fn encode(mut bits: u128) -> [u8; 26] {
    let mut text = [b'0'; 26];
    for place in text.iter_mut().rev() {
        *place = ALPHABET[(bits & 31) as usize];
        bits >>= 5;
    }
    text
}

fn decode(text: &str) -> Option<u128> {
    let bytes = text.as_bytes();
    if bytes.len() != 26 || bytes[0] > b'7' {
        return None;
    }
    bytes.iter().try_fold(0_u128, |bits, byte| {
        let digit = ALPHABET
            .iter()
            .position(|known| known == &byte.to_ascii_lowercase())?;
        Some((bits << 5) | digit as u128)
    })
}

fn write(f: &mut fmt::Formatter<'_>, prefix: &str, bits: u128) -> fmt::Result {
    f.write_str(prefix)?;
    f.write_str("_")?;
    encode(bits)
        .iter()
        .try_for_each(|byte| fmt::Write::write_char(f, char::from(*byte)))
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u128);

        impl $name {
            /// The text before the underscore.
            pub const PREFIX: &'static str = $prefix;

            /// Takes bits made by [`crate::ports::Rng::id`] or read from storage.
            pub const fn from_bits(bits: u128) -> Self {
                Self(bits)
            }

            /// The 128 bits, as storage keeps them.
            pub const fn to_bits(self) -> u128 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write(f, Self::PREFIX, self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                text.strip_prefix(concat!($prefix, "_"))
                    .and_then(decode)
                    .map(Self)
                    .ok_or(ParseIdError { prefix: $prefix })
            }
        }
    )*};
}

ids! {
    /// A tenant.
    WorkspaceId = "ws";
    /// A human being with a login.
    PersonId = "per";
    /// A login of a person on one browser.
    SessionId = "ses";
    /// An API key.
    KeyId = "key";
    /// A connected account at a platform.
    ChannelId = "chn";
    /// A named set of channels (a customer, a brand).
    GroupId = "grp";
    /// What an author writes once.
    PostId = "post";
    /// The content of a post for one channel, or for all.
    VersionId = "ver";
    /// One piece of a version.
    EntryId = "ent";
    /// One post on one channel.
    PublicationId = "pub";
    /// One try of a publication.
    AttemptId = "att";
    /// A file of the library.
    MediaId = "med";
    /// An announcement in the outbox.
    AnnouncementId = "ann";
    /// A label on posts.
    TagId = "tag";
    /// Several posts that were written with one request.
    BatchId = "bat";
    /// One upload that was asked for and not finished.
    UploadId = "upl";
    /// A rule by which a post returns, with the posts it makes.
    RecurrenceId = "rec";
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn text_and_bits_are_the_same_id(bits: u128) {
            let id = PostId::from_bits(bits);
            prop_assert_eq!(id.to_string().parse::<PostId>(), Ok(id));
        }

        #[test]
        fn order_of_bits_is_order_of_text(a: u128, b: u128) {
            let (x, y) = (PostId::from_bits(a), PostId::from_bits(b));
            prop_assert_eq!(x.cmp(&y), x.to_string().cmp(&y.to_string()));
        }
    }

    #[test]
    fn foreign_prefixes_and_broken_texts_are_refused() {
        let id = PostId::from_bits(7).to_string();
        assert!(id.parse::<PublicationId>().is_err());
        for text in [
            "",
            "post_",
            "post_zzzzzzzzzzzzzzzzzzzzzzzzzz",
            "post_!",
            &id[..id.len() - 1],
        ] {
            assert!(text.parse::<PostId>().is_err(), "{text}");
        }
    }
}
