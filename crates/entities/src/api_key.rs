//! API keys, without their text.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "api_key")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The workspace it opens.
    pub workspace_id: Uuid,
    /// Who made it.
    pub made_by: Option<Uuid>,
    /// What its owner calls it.
    pub name: String,
    /// The last characters of its text.
    pub hint: String,
    /// SHA-256 of its text; unique.
    pub digest: Vec<u8>,
    /// What it may do, separated by blanks.
    pub scopes: String,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// When it ends by itself.
    pub expires_at: Option<DateTimeUtc>,
    /// When it was last used.
    pub last_used_at: Option<DateTimeUtc>,
    /// When it was ended.
    pub revoked_at: Option<DateTimeUtc>,
}

/// None: queries name their joins themselves.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
