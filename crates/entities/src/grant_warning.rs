//! The last warnings about grants that end.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "grant_warning")]
pub struct Model {
    /// Whose grant.
    #[sea_orm(primary_key, auto_increment = false)]
    pub channel_id: Uuid,
    /// The end that was warned of.
    pub ends_at: DateTimeUtc,
    /// The threshold, in days before the end.
    pub days: i32,
    /// When.
    pub warned_at: DateTimeUtc,
}

/// None: queries name their joins themselves.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
