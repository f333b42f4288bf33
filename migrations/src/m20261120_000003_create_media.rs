//! The library.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, integer_null, text, text_null, timestamp_with_time_zone,
    timestamp_with_time_zone_null, uuid,
};

use crate::table;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [media(), upload()] {
            manager.create_table(table).await?;
        }
        table::add_indexes(manager, indexes()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table::drop_all(manager, &["upload", "media"]).await
    }
}

fn media() -> TableCreateStatement {
    table::create("media")
        .col(uuid("id").primary_key())
        .col(uuid("workspace_id"))
        .col(text("name"))
        .col(text("kind"))
        .col(text("mime"))
        .col(big_integer("bytes"))
        .col(text("hash"))
        .col(integer_null("width"))
        .col(integer_null("height"))
        .col(big_integer_null("duration_ms"))
        .col(text("key"))
        .col(text_null("alt"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone_null("removed_at"))
        .foreign_key(&mut table::part_of("media", "workspace_id", "workspace"))
        .to_owned()
}

fn upload() -> TableCreateStatement {
    table::create("upload")
        .col(uuid("id").primary_key())
        .col(uuid("workspace_id"))
        .col(text("name"))
        .col(timestamp_with_time_zone("expires_at"))
        .foreign_key(&mut table::part_of("upload", "workspace_id", "workspace"))
        .to_owned()
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        table::index("media_newest", "media", &["workspace_id", "created_at", "id"]),
        table::index("media_hash", "media", &["workspace_id", "hash"]),
        table::index("media_key", "media", &["workspace_id", "key"]),
        table::index("upload_expires_at", "upload", &["expires_at"]),
    ]
}
