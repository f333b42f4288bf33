//! Rules by which posts return.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "recurrence")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The workspace.
    pub workspace_id: Uuid,
    /// The post that its posts are made of.
    pub template_id: Uuid,
    /// The rule.
    pub rule: Json,
    /// Whether more posts are made.
    pub state: String,
    /// The last local date for which a post was made, `YYYY-MM-DD`.
    pub made_until: Option<String>,
    /// When the next post must be made.
    pub advance_at: Option<DateTimeUtc>,
    /// Counts up with each edit.
    pub version: i64,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
}

/// None: queries name their joins themselves.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
