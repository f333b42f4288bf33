//! Who asks.

use postern_domain::Actor;

use super::{ConvertError, closed, closed_list, id, number, numbers, optional_id};
use crate::v1;

impl From<&Actor> for v1::Actor {
    fn from(actor: &Actor) -> Self {
        Self {
            workspace: actor.workspace.to_string(),
            person: actor.person.map(|id| id.to_string()),
            key: actor.key.map(|id| id.to_string()),
            name: actor.name.clone(),
            role: number::<v1::Role, _>(actor.role),
            scopes: numbers::<v1::Scope, _>(actor.scopes.clone()),
            door: number::<v1::Door, _>(actor.door),
        }
    }
}

impl TryFrom<v1::Actor> for Actor {
    type Error = ConvertError;

    fn try_from(message: v1::Actor) -> Result<Self, ConvertError> {
        Ok(Self {
            workspace: id(&message.workspace, "workspace")?,
            person: optional_id(message.person.as_deref(), "person")?,
            key: optional_id(message.key.as_deref(), "key")?,
            name: message.name,
            role: closed::<v1::Role, _>(message.role, "role")?,
            scopes: closed_list::<v1::Scope, _>(message.scopes, "scopes")?,
            door: closed::<v1::Door, _>(message.door, "door")?,
        })
    }
}
