//! What is read seldom costs the frequent writes nothing: an index over publications that want somebody instead of one
//! over all, and no word of its own for posts that are under way for some seconds.

use sea_orm_migration::prelude::*;

use crate::table;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_index(manager, "publication_state").await?;
        let trouble = table::index(
            "publication_trouble",
            "publication",
            &["workspace_id", "updated_at", "id"],
        )
        .and_where(Expr::col("state").is_in(["failed", "missed", "unconfirmed"]))
        .to_owned();
        table::add_indexes(manager, vec![trouble]).await?;
        let under_way = Query::update()
            .table("post")
            .value("state", "scheduled")
            .and_where(Expr::col("state").eq("publishing"))
            .to_owned();
        manager.execute(under_way).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_index(manager, "publication_trouble").await?;
        let by_state = table::index("publication_state", "publication", &["workspace_id", "state"]);
        table::add_indexes(manager, vec![by_state]).await
    }
}

async fn drop_index(manager: &SchemaManager<'_>, name: &'static str) -> Result<(), DbErr> {
    manager
        .drop_index(Index::drop().name(name).table("publication").to_owned())
        .await
}
