//! Workspaces, people and their ways in.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, blob, integer, text, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid,
    uuid_null,
};

use crate::table;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [workspace(), person(), member(), session(), api_key()] {
            manager.create_table(table).await?;
        }
        table::add_indexes(manager, indexes()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table::drop_all(manager, &["api_key", "session", "member", "person", "workspace"]).await
    }
}

fn workspace() -> TableCreateStatement {
    table::create("workspace")
        .col(uuid("id").primary_key())
        .col(text("name"))
        .col(text("zone"))
        .col(big_integer("lateness_secs"))
        .col(timestamp_with_time_zone("created_at"))
        .to_owned()
}

fn person() -> TableCreateStatement {
    table::create("person")
        .col(uuid("id").primary_key())
        .col(text("email").unique_key())
        .col(text("name"))
        .col(text("password_hash"))
        .col(timestamp_with_time_zone("created_at"))
        .to_owned()
}

fn member() -> TableCreateStatement {
    table::create("member")
        .col(uuid("workspace_id"))
        .col(uuid("person_id"))
        .col(text("role"))
        .col(integer("position"))
        .primary_key(&mut table::key(&["workspace_id", "person_id"]))
        .foreign_key(&mut table::part_of("member", "workspace_id", "workspace"))
        .foreign_key(&mut table::part_of("member", "person_id", "person"))
        .to_owned()
}

fn session() -> TableCreateStatement {
    table::create("session")
        .col(uuid("id").primary_key())
        .col(uuid("person_id"))
        .col(uuid("workspace_id"))
        .col(blob("digest").unique_key())
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("last_seen_at"))
        .col(timestamp_with_time_zone("expires_at"))
        .col(text("user_agent"))
        .foreign_key(&mut table::part_of("session", "person_id", "person"))
        .foreign_key(&mut table::part_of("session", "workspace_id", "workspace"))
        .to_owned()
}

fn api_key() -> TableCreateStatement {
    table::create("api_key")
        .col(uuid("id").primary_key())
        .col(uuid("workspace_id"))
        .col(uuid_null("made_by"))
        .col(text("name"))
        .col(text("hint"))
        .col(blob("digest").unique_key())
        .col(text("scopes"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone_null("expires_at"))
        .col(timestamp_with_time_zone_null("last_used_at"))
        .col(timestamp_with_time_zone_null("revoked_at"))
        .foreign_key(&mut table::part_of("api_key", "workspace_id", "workspace"))
        .to_owned()
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        table::index("session_person", "session", &["person_id"]),
        table::index("session_expires_at", "session", &["expires_at"]),
        table::index("member_person", "member", &["person_id"]),
        table::index("api_key_workspace", "api_key", &["workspace_id"]),
    ]
}
