//! Publications: a revision for changes without a lock, and claims and armings that touch no index.
//!
//! An index that holds `updated_at` would be written with every change of a row, so problems are found by state alone.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::big_integer;
use sea_orm_migration::sea_orm::DbBackend;

use crate::table;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter()
                    .table("publication")
                    .add_column(big_integer("revision").default(0))
                    .to_owned(),
            )
            .await?;
        let by_change = Index::drop()
            .name("publication_changed")
            .table("publication")
            .to_owned();
        manager.drop_index(by_change).await?;
        table::add_indexes(
            manager,
            vec![table::index(
                "publication_state",
                "publication",
                &["workspace_id", "state"],
            )],
        )
        .await?;
        leave_room(manager, "SET (fillfactor = 70)").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        leave_room(manager, "RESET (fillfactor)").await?;
        let by_state = Index::drop()
            .name("publication_state")
            .table("publication")
            .to_owned();
        manager.drop_index(by_state).await?;
        table::add_indexes(
            manager,
            vec![table::index(
                "publication_changed",
                "publication",
                &["workspace_id", "state", "updated_at"],
            )],
        )
        .await?;
        manager
            .alter_table(
                Table::alter()
                    .table("publication")
                    .drop_column("revision")
                    .to_owned(),
            )
            .await
    }
}

/// PostgreSQL keeps the new form of a row on the same page, without touching indexes, where there is room for it.
async fn leave_room(manager: &SchemaManager<'_>, storage: &str) -> Result<(), DbErr> {
    if manager.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    manager
        .get_connection()
        .execute_unprepared(&format!("ALTER TABLE publication {storage}"))
        .await
        .map(drop)
}
