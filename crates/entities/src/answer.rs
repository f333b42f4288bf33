//! Answers to requests that came with an idempotency key.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "answer")]
pub struct Model {
    /// The workspace.
    #[sea_orm(primary_key, auto_increment = false)]
    pub workspace_id: Uuid,
    /// The client's key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// A digest of the request.
    pub digest: String,
    /// The HTTP status, once it is answered.
    pub status: Option<i16>,
    /// The sealed body, once it is answered.
    pub sealed: Option<Vec<u8>>,
    /// When it came.
    pub created_at: DateTimeUtc,
}

/// None: queries name their joins themselves.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
