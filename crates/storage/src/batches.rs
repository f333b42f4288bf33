//! Cuts long lists into statements of few sizes, so that a connection's cache of prepared statements stays small.

use postern_domain::ports::StorageError;
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, InsertMany, IntoActiveModel, QueryTrait, Statement};

use crate::unit::Work;

/// Most rows that a round of housekeeping touches in one statement.
pub(crate) const LIST: usize = 500;

/// Rows of one statement, largest first.
const SIZES: [usize; 3] = [32, 8, 1];

/// The items in order, in pieces of 32, then 8, then 1.
pub(crate) fn batches<T>(items: &[T]) -> Vec<&[T]> {
    let mut pieces = Vec::new();
    let mut rest = items;
    for size in SIZES {
        let whole = rest.len() - rest.len() % size;
        let (now, later) = rest.split_at(whole);
        pieces.extend(now.chunks(size));
        rest = later;
    }
    pieces
}

/// The statement that inserts a batch, for those who add what a conflict means.
pub(crate) fn insertion<E>(batch: &[E::Model]) -> InsertMany<E::ActiveModel>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
{
    E::insert_many(batch.iter().cloned().map(IntoActiveModel::into_active_model))
}

/// The statements that insert any number of new rows.
pub(crate) fn insertions<E>(backend: DbBackend, rows: &[E::Model]) -> Vec<Statement>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
{
    let batches = batches(rows).into_iter();
    batches
        .map(|batch| insertion::<E>(batch).build(backend))
        .collect()
}

/// Inserts any number of new rows.
pub(crate) async fn insert_all<E>(work: &Work, rows: &[E::Model]) -> Result<(), StorageError>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel> + Sync,
    E::ActiveModel: Send,
{
    work.run(insertions::<E>(work.db().get_database_backend(), rows))
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_hold_every_item_once_and_in_order() {
        for length in [0, 1, 7, 8, 31, 32, 33, 100] {
            let items: Vec<usize> = (0..length).collect();
            let pieces = batches(&items);
            assert_eq!(pieces.concat(), items, "{length}");
            assert!(
                pieces.iter().all(|piece| SIZES.contains(&piece.len())),
                "{length}"
            );
        }
    }
}
