//! People.

use postern_domain::id::PersonId;
use postern_domain::ports::PersonRow;
use postern_domain::workspace::Person;
use postern_entities::person::Model;

use super::{RowId, instant, timestamp};

pub(crate) fn to_row(row: &PersonRow) -> Model {
    Model {
        id: row.person.id.to_uuid(),
        email: row.person.email.clone(),
        name: row.person.name.clone(),
        password_hash: row.password_hash.clone(),
        created_at: instant(row.person.created_at),
    }
}

pub(crate) fn from_row(row: Model) -> PersonRow {
    PersonRow {
        person: Person {
            id: PersonId::of(row.id),
            email: row.email,
            name: row.name,
            created_at: timestamp(row.created_at),
        },
        password_hash: row.password_hash,
    }
}
