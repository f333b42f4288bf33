//! What a server of stored files needs to know about them.

use crate::key::Key;
use crate::kind::Kind;

/// The MIME type of a stored file, by its key; nothing for a text that is no key.
///
/// The type was told by content when the file came in, so a server may send it with `nosniff`.
pub fn content_type_of(key: &str) -> Option<&'static str> {
    let key = Key::parse(key)?;
    let (_, extension) = key.as_str().rsplit_once('.')?;
    Kind::of_extension(extension).map(Kind::mime)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_tell_the_type() {
        for (key, want) in [
            (
                "2026/11/20/0123456789abcdef0123456789abcdef.jpg",
                Some("image/jpeg"),
            ),
            (
                "2026/11/20/0123456789abcdef0123456789abcdef.mp4",
                Some("video/mp4"),
            ),
            ("2026/11/20/0123456789abcdef0123456789abcdef.html", None),
            ("../secret.jpg", None),
        ] {
            assert_eq!(content_type_of(key), want, "{key}");
        }
    }
}
