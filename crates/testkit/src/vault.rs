//! A vault that keeps nothing secret, but tells what was sealed for something else.

use async_trait::async_trait;
use postern_domain::ports::{Vault, VaultError};
use postern_domain::secret::Secret;

/// Seals by writing the purpose in front, hashes quickly and weakly.
#[derive(Debug, Clone, Copy, Default)]
pub struct FakeVault;

/// Divides the purpose from the text.
const SEAM: u8 = 0;

/// FNV-1a.
pub(crate) fn weak_hash(text: &[u8]) -> u64 {
    text.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[async_trait]
impl Vault for FakeVault {
    fn seal(&self, purpose: &str, text: &Secret) -> Vec<u8> {
        let mut sealed = purpose.as_bytes().to_vec();
        sealed.push(SEAM);
        sealed.extend(text.reveal().bytes().rev());
        sealed
    }

    fn open(&self, purpose: &str, sealed: &[u8]) -> Result<Secret, VaultError> {
        let text = sealed
            .strip_prefix(purpose.as_bytes())
            .and_then(|rest| rest.strip_prefix(&[SEAM]))
            .ok_or(VaultError::Broken)?;
        let text: Vec<u8> = text.iter().rev().copied().collect();
        String::from_utf8(text)
            .map(Secret::new)
            .map_err(|_| VaultError::Broken)
    }

    fn is_stale(&self, _sealed: &[u8]) -> bool {
        false
    }

    fn digest(&self, token: &str) -> [u8; 32] {
        let mut digest = [0; 32];
        for (place, piece) in digest.chunks_exact_mut(8).enumerate() {
            let salted = format!("{place}{token}");
            piece.copy_from_slice(&weak_hash(salted.as_bytes()).to_be_bytes());
        }
        digest
    }

    fn sign(&self, purpose: &str, text: &str) -> String {
        format!("{:016x}", weak_hash(format!("{purpose}\n{text}").as_bytes()))
    }

    fn verify(&self, purpose: &str, text: &str, signature: &str) -> bool {
        self.sign(purpose, text) == signature
    }

    async fn hash_password(&self, password: &Secret) -> String {
        format!("$fake${:016x}", weak_hash(password.reveal().as_bytes()))
    }

    async fn check_password(&self, password: &Secret, hash: &str) -> bool {
        self.hash_password(password).await == hash
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn seals_open_for_their_purpose_alone() {
        let (vault, secret) = (FakeVault, Secret::new("hush"));
        let sealed = vault.seal("credential/1", &secret);
        assert_eq!(vault.open("credential/1", &sealed), Ok(secret.clone()));
        assert_eq!(vault.open("credential/2", &sealed), Err(VaultError::Broken));
        assert!(vault.verify("a", "text", &vault.sign("a", "text")));
        assert!(!vault.verify("b", "text", &vault.sign("a", "text")));
        let hash = vault.hash_password(&secret).await;
        assert!(vault.check_password(&secret, &hash).await);
        assert!(!vault.check_password(&Secret::new("other"), &hash).await);
    }
}
