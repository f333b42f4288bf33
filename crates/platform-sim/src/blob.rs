//! Bytes of uploaded media, stored once per content.

use std::collections::BTreeMap;

use bytes::Bytes;
use sha2::{Digest, Sha256};

/// One stored file.
#[derive(Debug, Clone)]
pub(crate) struct Blob {
    /// Type by content, falling back to what the sender said.
    pub mime: String,
    /// The content as it came.
    pub bytes: Bytes,
}

/// All stored files, keyed by the hex SHA-256 of their content.
#[derive(Debug, Clone, Default)]
pub(crate) struct Blobs {
    files: BTreeMap<String, Blob>,
}

impl Blobs {
    /// Stores the content and names it.
    pub(crate) fn store(&mut self, bytes: Bytes, declared: &str) -> String {
        let key = hex(&Sha256::digest(&bytes));
        let mime = sniff(&bytes).unwrap_or(declared).to_owned();
        self.files.entry(key.clone()).or_insert(Blob { mime, bytes });
        key
    }

    /// The file of that name.
    pub(crate) fn get(&self, key: &str) -> Option<&Blob> {
        self.files.get(key)
    }

    /// Every file with its name.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&String, &Blob)> {
        self.files.iter()
    }

    /// Forgets every file.
    pub(crate) fn clear(&mut self) {
        self.files.clear();
    }
}

/// The type that the content itself shows.
pub(crate) fn sniff(bytes: &[u8]) -> Option<&'static str> {
    infer::get(bytes).map(|kind| kind.mime_type())
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]])
        .map(char::from)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_content_is_stored_once_and_typed_by_content() {
        let mut blobs = Blobs::default();
        let png = Bytes::from_static(b"\x89PNG\r\n\x1a\n rest");
        let first = blobs.store(png.clone(), "image/jpeg");
        let second = blobs.store(png, "image/png");
        assert_eq!(first, second);
        assert_eq!(
            blobs.get(&first).map(|blob| blob.mime.as_str()),
            Some("image/png")
        );
        assert_eq!(blobs.iter().count(), 1);
    }
}
