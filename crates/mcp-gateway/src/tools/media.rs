//! Files as arguments.

use postern_domain::post::MediaRef;

/// A file by its id, or else by its address.
pub(super) fn media_ref(text: &str) -> MediaRef {
    let text = text.trim();
    text.parse()
        .map_or_else(|_| MediaRef::Url(text.to_owned()), MediaRef::Id)
}
