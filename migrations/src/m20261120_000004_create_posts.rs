//! Posts with their versions, entries and uses of files.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, boolean, integer, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null,
    uuid, uuid_null,
};

use crate::table;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            post(),
            post_version(),
            entry(),
            entry_media(),
            post_tag(),
            idempotency_key(),
        ] {
            manager.create_table(table).await?;
        }
        table::add_indexes(manager, indexes()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table::drop_all(
            manager,
            &[
                "idempotency_key",
                "post_tag",
                "entry_media",
                "entry",
                "post_version",
                "post",
            ],
        )
        .await
    }
}

fn post() -> TableCreateStatement {
    table::create("post")
        .col(uuid("id").primary_key())
        .col(uuid("workspace_id"))
        .col(uuid_null("author_id"))
        .col(text("door"))
        .col(timestamp_with_time_zone_null("publish_at"))
        .col(text_null("zone"))
        .col(text_null("wall"))
        .col(boolean("draft"))
        .col(text("state"))
        .col(big_integer("version"))
        .col(text_null("traceparent"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .col(timestamp_with_time_zone_null("trashed_at"))
        .foreign_key(&mut table::part_of("post", "workspace_id", "workspace"))
        .to_owned()
}

fn post_version() -> TableCreateStatement {
    table::create("post_version")
        .col(uuid("post_id"))
        .col(integer("position"))
        .col(uuid("channel_id"))
        .primary_key(&mut table::key(&["post_id", "position"]))
        .foreign_key(&mut table::part_of("post_version", "post_id", "post"))
        .foreign_key(&mut table::needs("post_version", "channel_id", "channel"))
        .to_owned()
}

fn entry() -> TableCreateStatement {
    table::create("entry")
        .col(uuid("post_id"))
        .col(integer("version"))
        .col(integer("position"))
        .col(text("content"))
        .col(boolean("plain"))
        .col(big_integer("delay_ms"))
        .primary_key(&mut table::key(&["post_id", "version", "position"]))
        .foreign_key(&mut table::part_of("entry", "post_id", "post"))
        .to_owned()
}

fn entry_media() -> TableCreateStatement {
    table::create("entry_media")
        .col(uuid("post_id"))
        .col(integer("version"))
        .col(integer("entry"))
        .col(integer("position"))
        .col(uuid("media_id"))
        .col(text_null("alt"))
        .primary_key(&mut table::key(&["post_id", "version", "entry", "position"]))
        .foreign_key(&mut table::part_of("entry_media", "post_id", "post"))
        .foreign_key(&mut table::needs("entry_media", "media_id", "media"))
        .to_owned()
}

fn post_tag() -> TableCreateStatement {
    table::create("post_tag")
        .col(uuid("post_id"))
        .col(integer("position"))
        .col(text("name"))
        .primary_key(&mut table::key(&["post_id", "position"]))
        .foreign_key(&mut table::part_of("post_tag", "post_id", "post"))
        .to_owned()
}

fn idempotency_key() -> TableCreateStatement {
    table::create("idempotency_key")
        .col(uuid("workspace_id"))
        .col(text("key"))
        .col(text("digest"))
        .col(uuid("post_id"))
        .col(timestamp_with_time_zone("created_at"))
        .primary_key(&mut table::key(&["workspace_id", "key"]))
        .foreign_key(&mut table::part_of(
            "idempotency_key",
            "workspace_id",
            "workspace",
        ))
        .to_owned()
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        table::index("post_time", "post", &["workspace_id", "publish_at", "id"]),
        table::index(
            "post_state",
            "post",
            &["workspace_id", "state", "publish_at", "id"],
        ),
        table::index("entry_media_use", "entry_media", &["media_id"]),
        table::index("idempotency_key_age", "idempotency_key", &["created_at"]),
    ]
}
