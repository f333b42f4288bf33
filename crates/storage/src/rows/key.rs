//! API keys.

use postern_domain::actor::Scope;
use postern_domain::id::{KeyId, PersonId, WorkspaceId};
use postern_domain::key::ApiKey;
use postern_domain::ports::StorageError;
use postern_entities::api_key::Model;

use super::{Reader, RowId, instant, timestamp};

pub(crate) fn to_row(key: &ApiKey, digest: [u8; 32], made_by: Option<PersonId>) -> Model {
    let scopes: Vec<&str> = key.scopes.iter().map(|scope| scope.as_str()).collect();
    Model {
        id: key.id.to_uuid(),
        workspace_id: key.workspace.to_uuid(),
        made_by: made_by.map(RowId::to_uuid),
        name: key.name.clone(),
        hint: key.hint.clone(),
        digest: digest.to_vec(),
        scopes: scopes.join(" "),
        created_at: instant(key.created_at),
        expires_at: key.expires_at.map(instant),
        last_used_at: key.last_used_at.map(instant),
        revoked_at: None,
    }
}

pub(crate) fn from_row(row: Model) -> Result<(ApiKey, Option<PersonId>), StorageError> {
    let id = KeyId::of(row.id);
    let reader = Reader::new("api_key", &id);
    let scopes = row
        .scopes
        .split_whitespace()
        .map(|word| reader.word("scopes", word, Scope::parse))
        .collect::<Result<Vec<Scope>, StorageError>>()?;
    let key = ApiKey {
        id,
        workspace: WorkspaceId::of(row.workspace_id),
        name: row.name,
        hint: row.hint,
        scopes,
        created_at: timestamp(row.created_at),
        expires_at: row.expires_at.map(timestamp),
        last_used_at: row.last_used_at.map(timestamp),
    };
    Ok((key, row.made_by.map(PersonId::of)))
}
