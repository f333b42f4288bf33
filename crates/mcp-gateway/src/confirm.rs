//! Confirmation tokens: a person has seen exactly this, and says yes to it once.
//!
//! A token holds its end and a signature over the caller, the tool, the content and that end. Nothing is stored until
//! it is used; then its signature is claimed, so that it works once on all replicas together.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use postern_domain::Timestamp;
use sha2::{Digest, Sha256};

/// How long a confirmation may be given after it was asked for.
pub(crate) const LIFETIME: Duration = Duration::from_mins(10);
/// Sets these signatures apart from any other use of the same secret.
const PURPOSE: &[u8] = b"postern mcp confirmation 1";

/// What is being confirmed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Subject<'a> {
    /// Who was asked, in a form that no two callers share.
    pub(crate) caller: &'a str,
    /// The tool that will act.
    pub(crate) tool: &'a str,
    /// A digest of all that the tool would do, see [`digest`].
    pub(crate) digest: &'a str,
}

/// Why a token does not confirm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TokenError {
    /// Not a token of ours, or one for another caller, tool or content.
    #[error("is not the token that was given for this content")]
    Foreign,
    /// Too old.
    #[error("has expired")]
    Expired,
}

/// Makes and checks tokens.
#[derive(Clone)]
pub(crate) struct Confirmations {
    secret: [u8; 32],
}

impl Confirmations {
    /// Signs with `secret`.
    pub(crate) fn new(secret: [u8; 32]) -> Self {
        Self { secret }
    }

    /// A token for `subject` that ends [`LIFETIME`] after `now`.
    pub(crate) fn issue(&self, subject: Subject<'_>, now: Timestamp) -> String {
        let end = now.plus(LIFETIME).as_micros();
        let mut bytes = end.to_be_bytes().to_vec();
        bytes.extend_from_slice(&self.sign(subject, end));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Checks a token and gives the id under which it is claimed.
    pub(crate) fn open(
        &self,
        token: &str,
        subject: Subject<'_>,
        now: Timestamp,
    ) -> Result<String, TokenError> {
        let bytes = URL_SAFE_NO_PAD
            .decode(token.trim())
            .map_err(|_| TokenError::Foreign)?;
        let Some((end, signature)) = bytes.split_first_chunk::<8>() else {
            return Err(TokenError::Foreign);
        };
        let end = i64::from_be_bytes(*end);
        self.mac(subject, end)
            .verify_slice(signature)
            .map_err(|_| TokenError::Foreign)?;
        if now.as_micros() >= end {
            return Err(TokenError::Expired);
        }
        Ok(crate::hex::encode(signature))
    }

    /// An id that nobody can guess, made from something that is never the same twice.
    pub(crate) fn unguessable(&self, seed: &[u8]) -> String {
        let mut mac = self.keyed();
        mac.update(b"postern mcp stream 1");
        mac.update(seed);
        crate::hex::encode(&mac.finalize().into_bytes()[..16])
    }

    fn sign(&self, subject: Subject<'_>, end: i64) -> Vec<u8> {
        self.mac(subject, end).finalize().into_bytes().to_vec()
    }

    fn mac(&self, subject: Subject<'_>, end: i64) -> Hmac<Sha256> {
        let mut mac = self.keyed();
        mac.update(PURPOSE);
        for part in [subject.caller, subject.tool, subject.digest] {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        mac.update(&end.to_be_bytes());
        mac
    }

    #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
    fn keyed(&self) -> Hmac<Sha256> {
        Hmac::new_from_slice(&self.secret).expect("HMAC takes keys of any length")
    }
}

/// The digest of what a tool would do, from its parts in a fixed order.
pub(crate) fn digest<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    crate::hex::encode(&hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

    fn subject() -> Subject<'static> {
        Subject {
            caller: "key_1",
            tool: "publish_post",
            digest: "d",
        }
    }

    #[test]
    fn a_token_confirms_its_own_subject_until_it_ends() {
        let confirmations = Confirmations::new([7; 32]);
        let token = confirmations.issue(subject(), NOW);
        let late = NOW.plus(LIFETIME);
        let early = late.minus(Duration::from_secs(1));
        let cases = [
            (subject(), early, None),
            (subject(), late, Some(TokenError::Expired)),
            (
                Subject {
                    caller: "key_2",
                    ..subject()
                },
                NOW,
                Some(TokenError::Foreign),
            ),
            (
                Subject {
                    tool: "cancel_post",
                    ..subject()
                },
                NOW,
                Some(TokenError::Foreign),
            ),
            (
                Subject {
                    digest: "e",
                    ..subject()
                },
                NOW,
                Some(TokenError::Foreign),
            ),
            (
                Subject {
                    caller: "key_1publish_post",
                    tool: "",
                    ..subject()
                },
                NOW,
                Some(TokenError::Foreign),
            ),
        ];
        for (subject, now, error) in cases {
            assert_eq!(
                confirmations.open(&token, subject, now).err(),
                error,
                "{subject:?}"
            );
        }
        assert_eq!(
            Confirmations::new([8; 32]).open(&token, subject(), NOW),
            Err(TokenError::Foreign)
        );
        for nonsense in ["", "AAAA", "not base64!", &token[1..]] {
            assert_eq!(
                confirmations.open(nonsense, subject(), NOW),
                Err(TokenError::Foreign),
                "{nonsense}"
            );
        }
    }

    #[test]
    fn an_end_cannot_be_moved() {
        let confirmations = Confirmations::new([7; 32]);
        let mut bytes = URL_SAFE_NO_PAD
            .decode(confirmations.issue(subject(), NOW))
            .unwrap();
        bytes[3] ^= 1;
        let moved = URL_SAFE_NO_PAD.encode(bytes);
        assert_eq!(
            confirmations.open(&moved, subject(), NOW),
            Err(TokenError::Foreign)
        );
    }

    #[test]
    fn digests_know_where_parts_end() {
        assert_ne!(digest(["ab", "c"]), digest(["a", "bc"]));
        assert_eq!(digest(["a"]), digest(["a"]));
    }
}
