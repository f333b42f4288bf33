//! What is written with every change: announcements and the audit log.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_pk_auto, json_binary, text, text_null, timestamp_with_time_zone, uuid, uuid_null,
};

use crate::table;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [outbox(), audit()] {
            manager.create_table(table).await?;
        }
        table::add_indexes(manager, indexes()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table::drop_all(manager, &["audit", "outbox"]).await
    }
}

fn outbox() -> TableCreateStatement {
    table::create("outbox")
        .col(uuid("id").primary_key())
        .col(text("kind"))
        .col(json_binary("fields"))
        .col(text_null("traceparent"))
        .col(timestamp_with_time_zone("at"))
        .to_owned()
}

fn audit() -> TableCreateStatement {
    table::create("audit")
        .col(big_pk_auto("id"))
        .col(uuid("workspace_id"))
        .col(uuid_null("person_id"))
        .col(uuid_null("key_id"))
        .col(text("name"))
        .col(text("door"))
        .col(text("action"))
        .col(text("subject"))
        .col(timestamp_with_time_zone("at"))
        .foreign_key(&mut table::part_of("audit", "workspace_id", "workspace"))
        .to_owned()
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![table::index("audit_workspace", "audit", &["workspace_id", "at"])]
}
