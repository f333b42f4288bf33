//! The plan by channel, so that channels can take turns.

use sea_orm_migration::prelude::*;

use crate::table;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = table::index(
            "publication_turn",
            "publication",
            &["channel_id", "due_at", "publish_at"],
        )
        .and_where(Expr::col("due_at").is_not_null())
        .to_owned();
        table::add_indexes(manager, vec![index]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let index = Index::drop()
            .name("publication_turn")
            .table("publication")
            .to_owned();
        manager.drop_index(index).await
    }
}
