//! The vault itself.

use std::sync::Arc;

use async_trait::async_trait;
use postern_domain::ports::{Vault, VaultError};
use postern_domain::secret::Secret;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task;

use crate::ring::KeyRing;
use crate::{password, seal, sign};

/// How many passwords are hashed at the same time; each takes 19 MiB and a core while it lasts.
const HASHES_AT_ONCE: usize = 2;

/// Seals with the newest key of a ring, opens with all of them.
#[derive(Debug)]
pub struct SealingVault {
    ring: KeyRing,
    hashing: Arc<Semaphore>,
}

impl SealingVault {
    /// A vault over a ring.
    pub fn new(ring: KeyRing) -> Self {
        Self {
            ring,
            hashing: Arc::new(Semaphore::new(HASHES_AT_ONCE)),
        }
    }

    /// A hash that no password belongs to.
    ///
    /// Checking against it takes as long as against a real one, so that an unknown person cannot be told from a
    /// wrong password by the time of the answer.
    pub fn dummy_hash() -> &'static str {
        password::DUMMY
    }

    /// Waits for a turn. The queue is as long as the callers are many, and each turn takes some 30 ms.
    async fn turn(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.hashing).acquire_owned().await.ok()
    }
}

#[async_trait]
impl Vault for SealingVault {
    fn seal(&self, purpose: &str, text: &Secret) -> Vec<u8> {
        seal::seal(&self.ring, purpose, text)
    }

    fn open(&self, purpose: &str, sealed: &[u8]) -> Result<Secret, VaultError> {
        seal::open(&self.ring, purpose, sealed)
    }

    fn is_stale(&self, sealed: &[u8]) -> bool {
        seal::is_stale(&self.ring, sealed)
    }

    fn digest(&self, token: &str) -> [u8; 32] {
        sign::digest(token)
    }

    fn sign(&self, purpose: &str, text: &str) -> String {
        sign::sign(&self.ring, purpose, text)
    }

    fn verify(&self, purpose: &str, text: &str, signature: &str) -> bool {
        sign::verify(&self.ring, purpose, text, signature)
    }

    async fn hash_password(&self, password: &Secret) -> String {
        let turn = self.turn().await;
        let own = password.clone();
        // The permit goes along, so that a caller who gives up does not let a third hash begin.
        let hashed = task::spawn_blocking(move || {
            let hashed = password::hash(&own);
            drop(turn);
            hashed
        });
        match hashed.await {
            Ok(hashed) => hashed,
            // The blocking pool takes nothing any more while the process ends; the hash is still owed.
            Err(_) => password::hash(password),
        }
    }

    async fn check_password(&self, password: &Secret, hash: &str) -> bool {
        let turn = self.turn().await;
        let (password, hash) = (password.clone(), hash.to_owned());
        let checked = task::spawn_blocking(move || {
            let belongs = password::check(&password, &hash);
            drop(turn);
            belongs
        });
        checked.await.unwrap_or(false)
    }
}
