//! API keys.

use postern_domain::key::NewKey;
use postern_domain::secret::Secret;
use postern_domain::time::Timestamp;
use tonic::{Request, Response, Status};

use super::Server;
use crate::convert::{closed_list, id, many, needed};
use crate::fault::status;
use crate::v1;
use crate::v1::key_service_server::KeyService;

#[tonic::async_trait]
impl KeyService for Server {
    async fn create_key(
        &self,
        request: Request<v1::CreateKeyRequest>,
    ) -> Result<Response<v1::CreateKeyReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        let key = NewKey {
            name: message.name,
            scopes: closed_list::<v1::Scope, _>(message.scopes, "scopes")?,
            expires_at: message.expires_at.map(Timestamp::from_micros),
        };
        let created = self.backend.create_key(&actor, key).await.map_err(status)?;
        Ok(Response::new(v1::CreateKeyReply {
            key: Some(created.key.into()),
            text: created.text.reveal().to_owned(),
        }))
    }

    async fn list_keys(
        &self,
        request: Request<v1::ListKeysRequest>,
    ) -> Result<Response<v1::ListKeysReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        let keys = self.backend.keys(&actor).await.map_err(status)?;
        Ok(Response::new(v1::ListKeysReply { keys: many(keys) }))
    }

    async fn revoke_key(
        &self,
        request: Request<v1::RevokeKeyRequest>,
    ) -> Result<Response<v1::RevokeKeyReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        self.backend
            .revoke_key(&actor, id(&message.id, "id")?)
            .await
            .map_err(status)?;
        Ok(Response::new(v1::RevokeKeyReply {}))
    }

    async fn authenticate(
        &self,
        request: Request<v1::AuthenticateRequest>,
    ) -> Result<Response<v1::AuthenticateReply>, Status> {
        let message = request.into_inner();
        let actor = self
            .backend
            .authenticate(Secret::new(message.key))
            .await
            .map_err(status)?;
        Ok(Response::new(v1::AuthenticateReply {
            actor: Some((&actor).into()),
        }))
    }

    async fn claim_once(
        &self,
        request: Request<v1::ClaimOnceRequest>,
    ) -> Result<Response<v1::ClaimOnceReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        let ttl = needed(message.ttl, "ttl")?;
        let first = self
            .backend
            .claim_once(&actor, message.token, ttl)
            .await
            .map_err(status)?;
        Ok(Response::new(v1::ClaimOnceReply { first }))
    }
}
