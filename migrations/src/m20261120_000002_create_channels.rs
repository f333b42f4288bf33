//! Channels and all that belongs to them.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, blob, boolean, integer, json_binary, small_integer, small_integer_null, text, text_null,
    timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null,
};

use crate::table;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            channel_group(),
            channel(),
            slot(),
            credential(),
            connect_attempt(),
            app_registration(),
        ] {
            manager.create_table(table).await?;
        }
        table::add_indexes(manager, indexes()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table::drop_all(
            manager,
            &[
                "app_registration",
                "connect_attempt",
                "credential",
                "slot",
                "channel",
                "channel_group",
            ],
        )
        .await
    }
}

fn channel_group() -> TableCreateStatement {
    table::create("channel_group")
        .col(uuid("id").primary_key())
        .col(uuid("workspace_id"))
        .col(text("name"))
        .foreign_key(&mut table::part_of("channel_group", "workspace_id", "workspace"))
        .to_owned()
}

fn channel() -> TableCreateStatement {
    table::create("channel")
        .col(uuid("id").primary_key())
        .col(uuid("workspace_id"))
        .col(text("provider"))
        .col(text("remote_id"))
        .col(text("name"))
        .col(text("handle"))
        .col(text_null("picture"))
        .col(text_null("reconnect_reason"))
        .col(timestamp_with_time_zone_null("reconnect_since"))
        .col(boolean("disabled"))
        .col(json_binary("details"))
        .col(uuid_null("group_id"))
        .col(timestamp_with_time_zone_null("grant_expires_at"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone_null("removed_at"))
        .foreign_key(&mut table::part_of("channel", "workspace_id", "workspace"))
        .to_owned()
}

fn slot() -> TableCreateStatement {
    table::create("slot")
        .col(uuid("channel_id"))
        .col(integer("position"))
        .col(small_integer_null("weekday"))
        .col(small_integer("minute"))
        .primary_key(&mut table::key(&["channel_id", "position"]))
        .foreign_key(&mut table::part_of("slot", "channel_id", "channel"))
        .to_owned()
}

fn credential() -> TableCreateStatement {
    table::create("credential")
        .col(uuid("channel_id").primary_key())
        .col(big_integer("version"))
        .col(blob("sealed"))
        .col(timestamp_with_time_zone_null("expires_at"))
        .col(timestamp_with_time_zone_null("ends_at"))
        .col(timestamp_with_time_zone_null("lease_until"))
        .foreign_key(&mut table::part_of("credential", "channel_id", "channel"))
        .to_owned()
}

fn connect_attempt() -> TableCreateStatement {
    table::create("connect_attempt")
        .col(text("provider"))
        .col(text("state"))
        .col(uuid("workspace_id"))
        .col(uuid_null("channel_id"))
        .col(blob("sealed"))
        .col(timestamp_with_time_zone("expires_at"))
        .primary_key(&mut table::key(&["provider", "state"]))
        .foreign_key(&mut table::part_of(
            "connect_attempt",
            "workspace_id",
            "workspace",
        ))
        .to_owned()
}

fn app_registration() -> TableCreateStatement {
    table::create("app_registration")
        .col(text("provider"))
        .col(text("purpose"))
        .col(blob("sealed"))
        .primary_key(&mut table::key(&["provider", "purpose"]))
        .to_owned()
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        table::index("channel_group_name", "channel_group", &["workspace_id", "name"])
            .unique()
            .to_owned(),
        table::index(
            "channel_account",
            "channel",
            &["workspace_id", "provider", "remote_id"],
        )
        .unique()
        .and_where(Expr::col("removed_at").is_null())
        .to_owned(),
        table::index("channel_workspace", "channel", &["workspace_id", "created_at"]),
        table::index("credential_expires_at", "credential", &["expires_at"])
            .and_where(Expr::col("expires_at").is_not_null())
            .to_owned(),
        table::index("connect_attempt_expires_at", "connect_attempt", &["expires_at"]),
    ]
}
