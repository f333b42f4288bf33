//! Who did what, by which door.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "audit")]
pub struct Model {
    /// Counted up by the database.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The workspace.
    pub workspace_id: Uuid,
    /// The person.
    pub person_id: Option<Uuid>,
    /// The key.
    pub key_id: Option<Uuid>,
    /// What the person or key was called then.
    pub name: String,
    /// The door.
    pub door: String,
    /// The deed.
    pub action: String,
    /// What it was done to.
    pub subject: String,
    /// When.
    pub at: DateTimeUtc,
}

/// None: queries name their joins themselves.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
