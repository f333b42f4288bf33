//! Posts that were written with one request.

use sea_orm::entity::prelude::*;

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "batch_post")]
pub struct Model {
    /// The request.
    #[sea_orm(primary_key, auto_increment = false)]
    pub batch_id: Uuid,
    /// Its row in the request, from 0.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    /// The workspace.
    pub workspace_id: Uuid,
    /// The post.
    pub post_id: Uuid,
    /// When it was written.
    pub created_at: DateTimeUtc,
}

/// None: queries name their joins themselves.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
