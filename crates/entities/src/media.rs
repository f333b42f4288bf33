//! Files of the library.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "media")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The workspace.
    pub workspace_id: Uuid,
    /// The name it was uploaded under.
    pub name: String,
    /// Its kind.
    pub kind: String,
    /// Its MIME type.
    pub mime: String,
    /// Its size.
    pub bytes: i64,
    /// SHA-256 of its content, in hex.
    pub hash: String,
    /// Width in pixels.
    pub width: Option<i32>,
    /// Height in pixels.
    pub height: Option<i32>,
    /// Playing time.
    pub duration_ms: Option<i64>,
    /// Where the media store keeps it.
    pub key: String,
    /// Words for those who cannot see it.
    pub alt: Option<String>,
    /// When it was uploaded.
    pub created_at: DateTimeUtc,
    /// When it was removed.
    pub removed_at: Option<DateTimeUtc>,
}

/// None: queries name their joins themselves.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
