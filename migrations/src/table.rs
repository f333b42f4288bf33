//! The few words in which the tables are written.

use sea_orm_migration::prelude::*;

/// A table of this name.
pub(crate) fn create(name: &'static str) -> TableCreateStatement {
    Table::create().table(name).to_owned()
}

/// A primary key of several columns.
pub(crate) fn key(columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create();
    for column in columns {
        index.col(*column);
    }
    index
}

/// A reference to the `id` of another table; rows go with the row they refer to.
pub(crate) fn part_of(
    table: &'static str,
    column: &'static str,
    of: &'static str,
) -> ForeignKeyCreateStatement {
    reference(table, column, of, ForeignKeyAction::Cascade)
}

/// A reference to the `id` of another table that cannot be deleted alone.
pub(crate) fn needs(
    table: &'static str,
    column: &'static str,
    of: &'static str,
) -> ForeignKeyCreateStatement {
    reference(table, column, of, ForeignKeyAction::NoAction)
}

fn reference(
    table: &'static str,
    column: &'static str,
    of: &'static str,
    on_delete: ForeignKeyAction,
) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .name(format!("{table}_{column}_fkey"))
        .from(table, column)
        .to(of, "id")
        .on_delete(on_delete)
        .to_owned()
}

/// An index over columns of a table.
pub(crate) fn index(
    name: &'static str,
    table: &'static str,
    columns: &[&'static str],
) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(name).table(table);
    for column in columns {
        index.col(*column);
    }
    index
}

/// Creates indexes.
pub(crate) async fn add_indexes(
    manager: &SchemaManager<'_>,
    indexes: Vec<IndexCreateStatement>,
) -> Result<(), DbErr> {
    for index in indexes {
        manager.create_index(index).await?;
    }
    Ok(())
}

/// Drops tables, in the given order.
pub(crate) async fn drop_all(manager: &SchemaManager<'_>, tables: &[&'static str]) -> Result<(), DbErr> {
    for table in tables {
        manager
            .drop_table(Table::drop().table(*table).if_exists().to_owned())
            .await?;
    }
    Ok(())
}
