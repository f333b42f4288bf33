//! Rules by which posts return, and the place of posts in them.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, json_binary, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid,
    uuid_null,
};

use crate::table;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(recurrence()).await?;
        for column in [uuid_null("recurrence_id"), text_null("occurrence_on")] {
            let add = Table::alter().table("post").add_column(column).to_owned();
            manager.alter_table(add).await?;
        }
        table::add_indexes(manager, indexes()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_index(Index::drop().name("post_occurrence").table("post").to_owned())
            .await?;
        for column in ["occurrence_on", "recurrence_id"] {
            let drop = Table::alter().table("post").drop_column(column).to_owned();
            manager.alter_table(drop).await?;
        }
        table::drop_all(manager, &["recurrence"]).await
    }
}

fn recurrence() -> TableCreateStatement {
    table::create("recurrence")
        .col(uuid("id").primary_key())
        .col(uuid("workspace_id"))
        .col(uuid("template_id"))
        .col(json_binary("rule"))
        .col(text("state"))
        .col(text_null("made_until"))
        .col(timestamp_with_time_zone_null("advance_at"))
        .col(big_integer("version"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut table::part_of("recurrence", "workspace_id", "workspace"))
        .foreign_key(&mut table::part_of("recurrence", "template_id", "post"))
        .to_owned()
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        table::index(
            "recurrence_running",
            "recurrence",
            &["workspace_id", "created_at"],
        )
        .and_where(Expr::col("state").eq("running"))
        .to_owned(),
        table::index("recurrence_advance", "recurrence", &["advance_at", "id"])
            .and_where(Expr::col("advance_at").is_not_null())
            .to_owned(),
        table::index("post_occurrence", "post", &["recurrence_id", "occurrence_on"])
            .unique()
            .and_where(Expr::col("occurrence_on").is_not_null())
            .to_owned(),
    ]
}
