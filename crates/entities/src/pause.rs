//! Pauses, and pauses that have ended while what they held is let go.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "pause")]
pub struct Model {
    /// The channel or workspace; zero for the instance.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject: Uuid,
    /// What it is: `channel`, `workspace`, `instance`.
    pub kind: String,
    /// The workspace; none for the instance.
    pub workspace_id: Option<Uuid>,
    /// When it was paused.
    pub since: DateTimeUtc,
    /// What the person or key that paused it was called then.
    pub by_name: String,
    /// What becomes of what is late; none while the pause is in force.
    pub catch_up: Option<String>,
}

/// None: queries name their joins themselves.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
