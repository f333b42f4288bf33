//! Publications, their releases and attempts.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, integer, integer_null, json_binary, json_binary_null, text, text_null,
    timestamp_with_time_zone, timestamp_with_time_zone_null, uuid,
};

use crate::table;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [publication(), release(), attempt()] {
            manager.create_table(table).await?;
        }
        table::add_indexes(manager, indexes()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table::drop_all(manager, &["attempt", "release", "publication"]).await
    }
}

fn publication() -> TableCreateStatement {
    table::create("publication")
        .col(uuid("id").primary_key())
        .col(uuid("workspace_id"))
        .col(uuid("post_id"))
        .col(uuid("channel_id"))
        .col(text("provider"))
        .col(text("lane"))
        .col(timestamp_with_time_zone_null("publish_at"))
        .col(text("state"))
        .col(timestamp_with_time_zone_null("due_at"))
        .col(big_integer("fence"))
        .col(text_null("holder"))
        .col(timestamp_with_time_zone_null("lease_until"))
        .col(integer("entry"))
        .col(integer("entries"))
        .col(text_null("step"))
        .col(timestamp_with_time_zone_null("armed_at"))
        .col(text_null("armed_key"))
        .col(integer("run"))
        .col(integer("tries"))
        .col(integer("attempts"))
        .col(integer("detections"))
        .col(json_binary_null("failure"))
        .col(json_binary("settings"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .col(timestamp_with_time_zone_null("published_at"))
        .foreign_key(&mut table::part_of("publication", "workspace_id", "workspace"))
        .foreign_key(&mut table::part_of("publication", "post_id", "post"))
        .foreign_key(&mut table::needs("publication", "channel_id", "channel"))
        .to_owned()
}

fn release() -> TableCreateStatement {
    table::create("release")
        .col(uuid("publication_id"))
        .col(integer("entry"))
        .col(text("remote_id"))
        .col(text_null("url"))
        .col(text_null("carry"))
        .col(timestamp_with_time_zone("released_at"))
        .primary_key(&mut table::key(&["publication_id", "entry"]))
        .foreign_key(&mut table::part_of("release", "publication_id", "publication"))
        .to_owned()
}

fn attempt() -> TableCreateStatement {
    table::create("attempt")
        .col(uuid("id").primary_key())
        .col(uuid("workspace_id"))
        .col(uuid("publication_id"))
        .col(integer("number"))
        .col(integer("entry"))
        .col(timestamp_with_time_zone("started_at"))
        .col(timestamp_with_time_zone("ended_at"))
        .col(text("outcome"))
        .col(json_binary_null("failure"))
        .col(text_null("provider_message"))
        .col(text("operation"))
        .col(integer_null("status"))
        .col(text_null("request_id"))
        .col(text_null("reply"))
        .foreign_key(&mut table::part_of("attempt", "publication_id", "publication"))
        .to_owned()
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        table::index("publication_due", "publication", &["due_at", "id"])
            .and_where(Expr::col("due_at").is_not_null())
            .to_owned(),
        table::index("publication_lease", "publication", &["lease_until", "id"])
            .and_where(Expr::col("lease_until").is_not_null())
            .to_owned(),
        table::index("publication_post", "publication", &["post_id"]),
        table::index(
            "publication_channel",
            "publication",
            &["channel_id", "state", "publish_at"],
        ),
        table::index("publication_time", "publication", &["workspace_id", "publish_at"]),
        table::index(
            "publication_changed",
            "publication",
            &["workspace_id", "state", "updated_at"],
        ),
        table::index("attempt_publication", "attempt", &["publication_id", "number"]),
        table::index("attempt_evidence", "attempt", &["ended_at"])
            .and_where(
                Expr::col("reply")
                    .is_not_null()
                    .or(Expr::col("provider_message").is_not_null()),
            )
            .to_owned(),
    ]
}
