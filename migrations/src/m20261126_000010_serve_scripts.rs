//! What scripts ask for: labels with colours, batches that can be undone, and answers by idempotency key.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    binary_null, integer, small_integer_null, text, timestamp_with_time_zone, uuid,
};
use sea_orm_migration::sea_orm::DbBackend;

use crate::table;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [tag(), batch_post(), answer()] {
            manager.create_table(table).await?;
        }
        table::add_indexes(manager, indexes()).await?;
        take_over_labels(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_index(Index::drop().name("post_tag_name").table("post_tag").to_owned())
            .await?;
        table::drop_all(manager, &["answer", "batch_post", "tag"]).await
    }
}

fn tag() -> TableCreateStatement {
    table::create("tag")
        .col(uuid("id").primary_key())
        .col(uuid("workspace_id"))
        .col(text("name"))
        .col(text("color"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut table::part_of("tag", "workspace_id", "workspace"))
        .to_owned()
}

fn batch_post() -> TableCreateStatement {
    table::create("batch_post")
        .col(uuid("batch_id"))
        .col(integer("position"))
        .col(uuid("workspace_id"))
        .col(uuid("post_id"))
        .col(timestamp_with_time_zone("created_at"))
        .primary_key(&mut table::key(&["batch_id", "position"]))
        .foreign_key(&mut table::part_of("batch_post", "workspace_id", "workspace"))
        .foreign_key(&mut table::part_of("batch_post", "post_id", "post"))
        .to_owned()
}

fn answer() -> TableCreateStatement {
    table::create("answer")
        .col(uuid("workspace_id"))
        .col(text("key"))
        .col(text("digest"))
        .col(small_integer_null("status"))
        .col(binary_null("sealed"))
        .col(timestamp_with_time_zone("created_at"))
        .primary_key(&mut table::key(&["workspace_id", "key"]))
        .foreign_key(&mut table::part_of("answer", "workspace_id", "workspace"))
        .to_owned()
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        table::index("tag_name", "tag", &["workspace_id", "name"])
            .unique()
            .to_owned(),
        table::index("batch_post_post", "batch_post", &["post_id"]),
        table::index("answer_age", "answer", &["created_at"]),
        table::index("post_tag_name", "post_tag", &["name"]),
    ]
}

/// Names that posts carry already become labels, as old as their first post.
async fn take_over_labels(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let id = if manager.get_database_backend() == DbBackend::Postgres {
        "gen_random_uuid()"
    } else {
        "randomblob(16)"
    };
    let text = format!(
        "INSERT INTO tag (id, workspace_id, name, color, created_at, updated_at) \
         SELECT {id}, p.workspace_id, t.name, '#612bd3', min(p.created_at), min(p.created_at) \
         FROM post_tag t JOIN post p ON p.id = t.post_id GROUP BY p.workspace_id, t.name"
    );
    manager.get_connection().execute_unprepared(&text).await.map(drop)
}
