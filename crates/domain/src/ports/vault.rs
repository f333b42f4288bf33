//! Cryptography behind one port: sealing, hashing, passwords.

use async_trait::async_trait;

use crate::secret::Secret;

/// Why something could not be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// Sealed under a key that is not on the ring any more.
    #[error("sealed under an unknown key {key_id}")]
    UnknownKey {
        /// The key's id.
        key_id: u32,
    },
    /// Changed since it was sealed, or sealed for something else.
    #[error("the seal is broken")]
    Broken,
}

/// Seals and opens credentials, hashes tokens and passwords.
#[async_trait]
pub trait Vault: Send + Sync {
    /// Seals a text for one purpose; `purpose` (a table and row id) must be given again to open it.
    fn seal(&self, purpose: &str, text: &Secret) -> Vec<u8>;

    /// Opens what was sealed for this purpose.
    fn open(&self, purpose: &str, sealed: &[u8]) -> Result<Secret, VaultError>;

    /// Whether it was sealed under an older key and should be sealed again.
    fn is_stale(&self, sealed: &[u8]) -> bool;

    /// A digest to look tokens up by: SHA-256, 32 bytes. Only for tokens of at least 128 random bits.
    fn digest(&self, token: &str) -> [u8; 32];

    /// A signature over `text` that only this instance can make, in URL-safe base 64.
    fn sign(&self, purpose: &str, text: &str) -> String;

    /// Whether the signature is this instance's, compared in constant time.
    fn verify(&self, purpose: &str, text: &str, signature: &str) -> bool;

    /// A slow hash of a password, in PHC form (Argon2id).
    async fn hash_password(&self, password: &Secret) -> String;

    /// Whether the password belongs to the hash; a broken hash belongs to none.
    async fn check_password(&self, password: &Secret, hash: &str) -> bool;
}
