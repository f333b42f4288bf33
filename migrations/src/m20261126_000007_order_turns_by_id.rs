//! The plan by channel in its whole order: what is due at the same instant is read by id, without sorting all of it.

use sea_orm_migration::prelude::*;

use crate::table;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const INDEX: &str = "publication_turn";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        replace(manager, &["channel_id", "due_at", "publish_at", "id"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        replace(manager, &["channel_id", "due_at", "publish_at"]).await
    }
}

async fn replace(manager: &SchemaManager<'_>, columns: &[&'static str]) -> Result<(), DbErr> {
    let before = Index::drop().name(INDEX).table("publication").to_owned();
    manager.drop_index(before).await?;
    let index = table::index(INDEX, "publication", columns)
        .and_where(Expr::col("due_at").is_not_null())
        .to_owned();
    table::add_indexes(manager, vec![index]).await
}
