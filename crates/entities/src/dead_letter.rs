//! Announcements that were laid aside.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "dead_letter")]
pub struct Model {
    /// Its id; ids rise with time.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// What happened.
    pub kind: String,
    /// Its ids and numbers by name.
    pub fields: Json,
    /// W3C trace context.
    pub traceparent: Option<String>,
    /// When it happened.
    pub at: DateTimeUtc,
    /// Why it was laid aside.
    pub reason: String,
    /// When it was laid aside.
    pub buried_at: DateTimeUtc,
}

/// None: queries name their joins themselves.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
