//! Pieces of versions.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "entry")]
pub struct Model {
    /// The post.
    #[sea_orm(primary_key, auto_increment = false)]
    pub post_id: Uuid,
    /// The place of its version.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i32,
    /// Its place in the thread, from 0.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    /// The document in its canonical text.
    pub content: String,
    /// Whether the text came without any tag.
    pub plain: bool,
    /// How long to wait after the entry before.
    pub delay_ms: i64,
}

/// None: queries name their joins themselves.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
