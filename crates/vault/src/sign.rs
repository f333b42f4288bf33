//! Signatures that only this instance can make.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::ring::{Key, KeyRing};

/// Parts the signing keys from the sealing keys, which come from the same ring.
const DERIVATION: &[u8] = b"postern signing key, version 1";

/// SHA-256 of a token.
pub(crate) fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// Signs with the newest key of the ring.
pub(crate) fn sign(ring: &KeyRing, purpose: &str, text: &str) -> String {
    URL_SAFE_NO_PAD.encode(mac(ring.newest(), purpose, text))
}

/// Whether any key of the ring made the signature.
pub(crate) fn verify(ring: &KeyRing, purpose: &str, text: &str, signature: &str) -> bool {
    let Ok(given) = URL_SAFE_NO_PAD.decode(signature) else {
        return false;
    };
    ring.all()
        .any(|key| mac(key, purpose, text).ct_eq(given.as_slice()).into())
}

/// The length of the purpose goes in first, so that no two pairs of purpose and text sign alike.
fn mac(key: &Key, purpose: &str, text: &str) -> [u8; 32] {
    let signing_key = hmac(key, &[DERIVATION]);
    let length = u64::try_from(purpose.len()).unwrap_or(u64::MAX).to_be_bytes();
    hmac(&signing_key, &[&length, purpose.as_bytes(), text.as_bytes()])
}

#[expect(clippy::expect_used, reason = "HMAC takes keys of every length")]
fn hmac(key: &Key, parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("keys of every length are taken");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}
