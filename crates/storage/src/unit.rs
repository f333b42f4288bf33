//! One unit of work: a transaction that is undone when it is dropped.

use async_trait::async_trait;
use postern_domain::ports::{StorageError, Unit};
use sea_orm::sea_query::{LockBehavior, LockType};
use sea_orm::{DatabaseTransaction, EntityTrait, QuerySelect, Select};

use crate::error::failure;

/// A transaction under way.
pub(crate) struct Work {
    transaction: DatabaseTransaction,
    may_write: bool,
}

impl Work {
    /// Takes a transaction that has just begun.
    pub(crate) fn new(transaction: DatabaseTransaction, may_write: bool) -> Self {
        Self {
            transaction,
            may_write,
        }
    }

    /// What statements run on.
    pub(crate) fn db(&self) -> &DatabaseTransaction {
        &self.transaction
    }

    /// Locks what is found, where this unit may write. Rows that refer to it can still be made.
    pub(crate) fn locked<E: EntityTrait>(&self, select: Select<E>) -> Select<E> {
        if self.may_write {
            select.lock(LockType::NoKeyUpdate)
        } else {
            select
        }
    }

    /// The same, leaving out what others have locked.
    pub(crate) fn locked_of_free<E: EntityTrait>(&self, select: Select<E>) -> Select<E> {
        if self.may_write {
            select.lock_with_behavior(LockType::NoKeyUpdate, LockBehavior::SkipLocked)
        } else {
            select
        }
    }
}

#[async_trait]
impl Unit for Work {
    async fn commit(self: Box<Self>) -> Result<(), StorageError> {
        self.transaction.commit().await.map_err(failure)
    }
}
