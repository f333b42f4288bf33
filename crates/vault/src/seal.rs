//! Sealed blobs.
//!
//! Version 1: `1`, the key's id (4 bytes, big endian), the nonce (24 bytes), then XChaCha20-Poly1305 of the text
//! with the purpose as associated data. The fixtures in `tests/it/seals.rs` hold every version ever written.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use postern_domain::ports::VaultError;
use postern_domain::secret::Secret;

use crate::ring::KeyRing;
use crate::rng;

const VERSION: u8 = 1;
const NONCE_BYTES: usize = 24;
const HEAD_BYTES: usize = 1 + 4;

/// Seals with the newest key of the ring.
#[expect(
    clippy::expect_used,
    reason = "the cipher refuses only texts of more than 256 GiB"
)]
pub(crate) fn seal(ring: &KeyRing, purpose: &str, text: &Secret) -> Vec<u8> {
    let mut nonce = [0; NONCE_BYTES];
    rng::fill(&mut nonce);
    let payload = Payload {
        msg: text.reveal().as_bytes(),
        aad: purpose.as_bytes(),
    };
    let sealed = XChaCha20Poly1305::new(ring.newest().into())
        .encrypt(&XNonce::from(nonce), payload)
        .expect("the text is shorter than the cipher's limit");
    let mut blob = Vec::with_capacity(HEAD_BYTES + NONCE_BYTES + sealed.len());
    blob.push(VERSION);
    blob.extend_from_slice(&ring.newest_id().to_be_bytes());
    blob.extend_from_slice(&nonce);
    blob.extend_from_slice(&sealed);
    blob
}

/// Opens with the key that sealed.
pub(crate) fn open(ring: &KeyRing, purpose: &str, blob: &[u8]) -> Result<Secret, VaultError> {
    let (key_id, rest) = split(blob).ok_or(VaultError::Broken)?;
    let (nonce, sealed) = rest
        .split_first_chunk::<NONCE_BYTES>()
        .ok_or(VaultError::Broken)?;
    let key = ring.key(key_id).ok_or(VaultError::UnknownKey { key_id })?;
    let payload = Payload {
        msg: sealed,
        aad: purpose.as_bytes(),
    };
    let text = XChaCha20Poly1305::new(key.into())
        .decrypt(&XNonce::from(*nonce), payload)
        .map_err(|_| VaultError::Broken)?;
    String::from_utf8(text)
        .map(Secret::new)
        .map_err(|_| VaultError::Broken)
}

/// Whether another key than the newest sealed it. What cannot be opened is not stale.
pub(crate) fn is_stale(ring: &KeyRing, blob: &[u8]) -> bool {
    split(blob).is_some_and(|(key_id, _)| key_id != ring.newest_id())
}

/// The key's id and what follows it, for blobs of a known version.
fn split(blob: &[u8]) -> Option<(u32, &[u8])> {
    let (head, rest) = blob.split_first_chunk::<HEAD_BYTES>()?;
    let [version, id @ ..] = *head;
    (version == VERSION).then_some((u32::from_be_bytes(id), rest))
}
