//! One unit of work: a transaction that is undone when it is dropped, or single queries that only read.

use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use postern_domain::ports::{StorageError, Unit};
use sea_orm::sea_query::{LockBehavior, LockType};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, EntityTrait, ExecResult,
    QueryResult, QuerySelect, Select, Statement, Value, Values,
};

use crate::dialect::sqlite;
use crate::error::failure;

/// A unit under way.
pub(crate) struct Work {
    executor: Executor,
    may_write: bool,
}

/// What statements run on, in the order in which they were given to it.
pub(crate) struct Executor {
    target: Target,
    /// What goes before the next statement or with the commit, so that several of them are one go.
    later: Mutex<Vec<Statement>>,
}

enum Target {
    /// A transaction: all of it or nothing.
    Transaction(DatabaseTransaction),
    /// Any free connection, each query for itself.
    Pool(DatabaseConnection),
}

impl Work {
    /// Takes a transaction that has just begun.
    pub(crate) fn new(transaction: DatabaseTransaction, may_write: bool) -> Self {
        Self {
            executor: Executor::new(Target::Transaction(transaction)),
            may_write,
        }
    }

    /// Reads without a transaction.
    pub(crate) fn glancing(pool: DatabaseConnection) -> Self {
        Self {
            executor: Executor::new(Target::Pool(pool)),
            may_write: false,
        }
    }

    /// What statements run on.
    pub(crate) fn db(&self) -> &Executor {
        &self.executor
    }

    /// Whether it may write, and so locks what it reads.
    pub(crate) fn may_write(&self) -> bool {
        self.may_write
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

    /// Runs statements one after the other, in as few goes as the database allows.
    pub(crate) async fn run(&self, statements: Vec<Statement>) -> Result<(), StorageError> {
        self.executor.catch_up().await.map_err(failure)?;
        self.executor.target.run(statements).await.map_err(failure)
    }

    /// Keeps a statement for the next go. What is wrong with it is told then.
    pub(crate) fn later(&self, statement: Statement) {
        self.executor.kept().push(statement);
    }

    /// Runs what was kept.
    pub(crate) async fn catch_up(&self) -> Result<(), StorageError> {
        self.executor.catch_up().await.map_err(failure)
    }
}

#[async_trait]
impl Unit for Work {
    async fn commit(self: Box<Self>) -> Result<(), StorageError> {
        self.catch_up().await?;
        match self.executor.target {
            Target::Transaction(transaction) => transaction.commit().await.map_err(failure),
            Target::Pool(_) => Ok(()),
        }
    }
}

impl Executor {
    fn new(target: Target) -> Self {
        Self {
            target,
            later: Mutex::default(),
        }
    }

    fn kept(&self) -> MutexGuard<'_, Vec<Statement>> {
        self.later.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn catch_up(&self) -> Result<(), DbErr> {
        let kept = std::mem::take(&mut *self.kept());
        self.target.run(kept).await
    }
}

impl Target {
    /// In one go on SQLite, where each go costs two changes of thread.
    async fn run(&self, statements: Vec<Statement>) -> Result<(), DbErr> {
        if statements.is_empty() {
            return Ok(());
        }
        let backend = self.get_database_backend();
        if backend == DbBackend::Postgres {
            for statement in statements {
                self.execute_raw(statement).await?;
            }
            return Ok(());
        }
        let (mut texts, mut values) = (Vec::new(), Vec::<Value>::new());
        for statement in statements {
            texts.push(statement.sql);
            values.extend(statement.values.map(|Values(values)| values).unwrap_or_default());
        }
        let all = Statement::from_sql_and_values(backend, texts.join("; "), values);
        self.execute_raw(all).await.map(drop)
    }
}

#[async_trait]
impl ConnectionTrait for Executor {
    fn get_database_backend(&self) -> DbBackend {
        self.target.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.catch_up().await?;
        self.target.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.catch_up().await?;
        self.target.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.catch_up().await?;
        self.target
            .query_one_raw(sqlite::with_plain_limits(statement))
            .await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.catch_up().await?;
        self.target
            .query_all_raw(sqlite::with_plain_limits(statement))
            .await
    }
}

#[async_trait]
impl ConnectionTrait for Target {
    fn get_database_backend(&self) -> DbBackend {
        match self {
            Self::Transaction(transaction) => transaction.get_database_backend(),
            Self::Pool(pool) => pool.get_database_backend(),
        }
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        match self {
            Self::Transaction(transaction) => transaction.execute_raw(statement).await,
            Self::Pool(pool) => pool.execute_raw(statement).await,
        }
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        match self {
            Self::Transaction(transaction) => transaction.execute_unprepared(sql).await,
            Self::Pool(pool) => pool.execute_unprepared(sql).await,
        }
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        match self {
            Self::Transaction(transaction) => transaction.query_one_raw(statement).await,
            Self::Pool(pool) => pool.query_one_raw(statement).await,
        }
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        match self {
            Self::Transaction(transaction) => transaction.query_all_raw(statement).await,
            Self::Pool(pool) => pool.query_all_raw(statement).await,
        }
    }
}
