//! API keys.

use std::time::Duration;

use async_trait::async_trait;
use postern_domain::id::KeyId;
use postern_domain::key::{ApiKey, CreatedKey, NewKey};
use postern_domain::ports::Keys;
use postern_domain::secret::Secret;
use postern_domain::time::Timestamp;
use postern_domain::{Actor, BackendError};

use super::{Client, answer};
use crate::convert::{each, needed, numbers};
use crate::v1;

#[async_trait]
impl Keys for Client {
    async fn create_key(&self, actor: &Actor, key: NewKey) -> Result<CreatedKey, BackendError> {
        let request = v1::CreateKeyRequest {
            actor: Some(actor.into()),
            name: key.name,
            scopes: numbers::<v1::Scope, _>(key.scopes),
            expires_at: key.expires_at.map(Timestamp::as_micros),
        };
        let reply = answer(self.key_service().create_key(request).await)?;
        Ok(CreatedKey {
            key: needed(reply.key, "key")?,
            text: Secret::new(reply.text),
        })
    }

    async fn keys(&self, actor: &Actor) -> Result<Vec<ApiKey>, BackendError> {
        let request = v1::ListKeysRequest {
            actor: Some(actor.into()),
        };
        let reply = answer(self.key_service().list_keys(request).await)?;
        Ok(each(reply.keys, "keys")?)
    }

    async fn revoke_key(&self, actor: &Actor, id: KeyId) -> Result<(), BackendError> {
        let request = v1::RevokeKeyRequest {
            actor: Some(actor.into()),
            id: id.to_string(),
        };
        answer(self.key_service().revoke_key(request).await)?;
        Ok(())
    }

    async fn authenticate(&self, key: Secret) -> Result<Actor, BackendError> {
        let request = v1::AuthenticateRequest {
            key: key.reveal().to_owned(),
        };
        let reply = answer(self.key_service().authenticate(request).await)?;
        Ok(needed(reply.actor, "actor")?)
    }

    async fn claim_once(&self, actor: &Actor, token: String, ttl: Duration) -> Result<bool, BackendError> {
        let request = v1::ClaimOnceRequest {
            actor: Some(actor.into()),
            token,
            ttl: Some(ttl.into()),
        };
        let reply = answer(self.key_service().claim_once(request).await)?;
        Ok(reply.first)
    }
}
