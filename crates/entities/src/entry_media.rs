//! Uses of files.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "entry_media")]
pub struct Model {
    /// The post.
    #[sea_orm(primary_key, auto_increment = false)]
    pub post_id: Uuid,
    /// The place of its version.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i32,
    /// The place of its entry.
    #[sea_orm(primary_key, auto_increment = false)]
    pub entry: i32,
    /// Its place among the files, from 0.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    /// The file.
    pub media_id: Uuid,
    /// Words for those who cannot see it.
    pub alt: Option<String>,
}

/// None: queries name their joins themselves.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
