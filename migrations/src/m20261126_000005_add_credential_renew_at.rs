//! From when on a grant is to be renewed, so that short-lived grants are not renewed all the time.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::timestamp_with_time_zone_null;

use crate::table;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = Table::alter()
            .table("credential")
            .add_column(timestamp_with_time_zone_null("renew_at"))
            .to_owned();
        manager.alter_table(column).await?;
        // The end is right for what was stored before: the first renewal sets an instant ahead of it.
        manager
            .get_connection()
            .execute_unprepared("UPDATE credential SET renew_at = expires_at WHERE expires_at IS NOT NULL")
            .await?;
        let index = table::index("credential_renew_at", "credential", &["renew_at", "channel_id"])
            .and_where(Expr::col("renew_at").is_not_null())
            .to_owned();
        table::add_indexes(manager, vec![index]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_index(Index::drop().name("credential_renew_at").to_owned())
            .await?;
        let column = Table::alter()
            .table("credential")
            .drop_column("renew_at")
            .to_owned();
        manager.alter_table(column).await
    }
}
