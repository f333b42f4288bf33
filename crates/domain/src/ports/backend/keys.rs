//! API keys.

use std::time::Duration;

use async_trait::async_trait;

use crate::actor::Actor;
use crate::error::BackendError;
use crate::id::KeyId;
use crate::key::{ApiKey, CreatedKey, NewKey};
use crate::secret::Secret;

/// API keys.
#[async_trait]
pub trait Keys: Send + Sync {
    /// Makes a key; its text is given this once.
    async fn create_key(&self, actor: &Actor, key: NewKey) -> Result<CreatedKey, BackendError>;

    /// All keys that are not revoked.
    async fn keys(&self, actor: &Actor) -> Result<Vec<ApiKey>, BackendError>;

    /// Ends a key at once.
    async fn revoke_key(&self, actor: &Actor, id: KeyId) -> Result<(), BackendError>;

    /// Who comes with this key; [`BackendError::Unauthenticated`] when nobody does.
    async fn authenticate(&self, key: Secret) -> Result<Actor, BackendError>;

    /// True for the first caller with this token within `ttl`: makes confirmations single-use.
    async fn claim_once(&self, actor: &Actor, token: String, ttl: Duration) -> Result<bool, BackendError>;
}
