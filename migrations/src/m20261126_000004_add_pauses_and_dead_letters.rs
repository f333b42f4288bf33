//! Pauses, warnings about grants, and announcements that were laid aside.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    integer, json_binary, text, text_null, timestamp_with_time_zone, uuid, uuid_null,
};
use sea_orm_migration::sea_orm::DbBackend;

use crate::table;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [pause(), grant_warning(), dead_letter()] {
            manager.create_table(table).await?;
        }
        table::add_indexes(manager, indexes()).await?;
        // Channels that were switched off are paused.
        let now = match manager.get_database_backend() {
            DbBackend::Sqlite => "strftime('%Y-%m-%dT%H:%M:%S+00:00', 'now')",
            _ => "now()",
        };
        let switched_off = format!(
            "INSERT INTO pause (subject, kind, workspace_id, since, by_name) \
             SELECT id, 'channel', workspace_id, {now}, '' FROM channel WHERE disabled AND removed_at IS NULL"
        );
        manager.get_connection().execute_unprepared(&switched_off).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for index in ["publication_held", "audit_age"] {
            manager.drop_index(Index::drop().name(index).to_owned()).await?;
        }
        table::drop_all(manager, &["dead_letter", "grant_warning", "pause"]).await
    }
}

/// The subject is the id of the channel or workspace, and zero for the instance.
fn pause() -> TableCreateStatement {
    table::create("pause")
        .col(uuid("subject").primary_key())
        .col(text("kind"))
        .col(uuid_null("workspace_id"))
        .col(timestamp_with_time_zone("since"))
        .col(text("by_name"))
        .col(text_null("catch_up"))
        .foreign_key(&mut table::part_of("pause", "workspace_id", "workspace"))
        .to_owned()
}

fn grant_warning() -> TableCreateStatement {
    table::create("grant_warning")
        .col(uuid("channel_id").primary_key())
        .col(timestamp_with_time_zone("ends_at"))
        .col(integer("days"))
        .col(timestamp_with_time_zone("warned_at"))
        .foreign_key(&mut table::part_of("grant_warning", "channel_id", "channel"))
        .to_owned()
}

fn dead_letter() -> TableCreateStatement {
    table::create("dead_letter")
        .col(uuid("id").primary_key())
        .col(text("kind"))
        .col(json_binary("fields"))
        .col(text_null("traceparent"))
        .col(timestamp_with_time_zone("at"))
        .col(text("reason"))
        .col(timestamp_with_time_zone("buried_at"))
        .to_owned()
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        table::index("dead_letter_age", "dead_letter", &["buried_at"]),
        table::index("audit_age", "audit", &["at"]),
        table::index("publication_held", "publication", &["id"])
            .and_where(Expr::col("state").eq("held"))
            .to_owned(),
    ]
}
