//! API keys.

use postern_domain::key::ApiKey;
use postern_domain::time::Timestamp;

use super::{ConvertError, closed_list, id, numbers};
use crate::v1;

impl From<ApiKey> for v1::ApiKey {
    fn from(key: ApiKey) -> Self {
        Self {
            id: key.id.to_string(),
            workspace: key.workspace.to_string(),
            name: key.name,
            hint: key.hint,
            scopes: numbers::<v1::Scope, _>(key.scopes),
            created_at: key.created_at.as_micros(),
            expires_at: key.expires_at.map(Timestamp::as_micros),
            last_used_at: key.last_used_at.map(Timestamp::as_micros),
        }
    }
}

impl TryFrom<v1::ApiKey> for ApiKey {
    type Error = ConvertError;

    fn try_from(message: v1::ApiKey) -> Result<Self, ConvertError> {
        Ok(Self {
            id: id(&message.id, "id")?,
            workspace: id(&message.workspace, "workspace")?,
            name: message.name,
            hint: message.hint,
            scopes: closed_list::<v1::Scope, _>(message.scopes, "scopes")?,
            created_at: Timestamp::from_micros(message.created_at),
            expires_at: message.expires_at.map(Timestamp::from_micros),
            last_used_at: message.last_used_at.map(Timestamp::from_micros),
        })
    }
}
