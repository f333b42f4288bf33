//! The people of the instance, for its owner.

use postern_domain::workspace::Person;
use schemars::JsonSchema;
use serde::Serialize;

/// A person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct UserItem {
    /// Their id.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
}

/// Shows a person.
pub fn user_item(person: &Person) -> UserItem {
    UserItem {
        id: person.id.to_string(),
        name: person.name.clone(),
        email: person.email.clone(),
    }
}
