//! What exists at platforms.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "release")]
pub struct Model {
    /// The publication.
    #[sea_orm(primary_key, auto_increment = false)]
    pub publication_id: Uuid,
    /// Which entry, from 0.
    #[sea_orm(primary_key, auto_increment = false)]
    pub entry: i32,
    /// The platform's id.
    pub remote_id: String,
    /// The public address.
    pub url: Option<String>,
    /// What the provider needs to answer or measure it later.
    pub carry: Option<String>,
    /// When it went out.
    pub released_at: DateTimeUtc,
}

/// None: queries name their joins themselves.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
