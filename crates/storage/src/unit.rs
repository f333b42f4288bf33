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
            executor: Executor::single(pool),
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

    /// Keeps statements that insert for the next go. What is wrong with them is told then.
    pub(crate) fn later(&self, statements: impl IntoIterator<Item = Statement>) {
        self.executor.kept().extend(statements);
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
    /// Each statement for itself, on any free connection.
    pub(crate) fn single(pool: DatabaseConnection) -> Self {
        Self::new(Target::Pool(pool))
    }

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
        let is_postgres = self.target.get_database_backend() == DbBackend::Postgres;
        let kept = if is_postgres && kept.len() > 1 {
            vec![joined(kept)]
        } else {
            kept
        };
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

/// Insertions as one statement, for PostgreSQL, which checks what refers to what at the end of a statement.
fn joined(statements: Vec<Statement>) -> Statement {
    let (mut parts, mut values) = (Vec::with_capacity(statements.len()), Vec::<Value>::new());
    for (number, statement) in statements.into_iter().enumerate() {
        let text = counted_on(&statement.sql, values.len());
        parts.push(format!("part_{number} AS ({text})"));
        values.extend(statement.values.map(|Values(values)| values).unwrap_or_default());
    }
    let text = format!("WITH {} SELECT 1", parts.join(", "));
    Statement::from_sql_and_values(DbBackend::Postgres, text, values)
}

/// The statement with the numbers of its parameters raised. No text but a parameter has a dollar: values never stand
/// in statements.
fn counted_on(text: &str, before: usize) -> String {
    let mut pieces = text.split('$');
    let mut counted = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let end = piece
            .find(|character: char| !character.is_ascii_digit())
            .unwrap_or(piece.len());
        let (number, rest) = piece.split_at(end);
        let number = number.parse::<usize>().unwrap_or_default() + before;
        counted.push('$');
        counted.push_str(&number.to_string());
        counted.push_str(rest);
    }
    counted
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_that_run_together_keep_their_own_parameters() {
        let statement = |text: &str, values: [i32; 2]| {
            Statement::from_sql_and_values(DbBackend::Postgres, text, values.map(Value::from))
        };
        let one = statement("INSERT INTO a VALUES ($1, $2)", [1, 2]);
        let two = statement("INSERT INTO b VALUES ($2::text,$1)", [3, 4]);
        let together = joined(vec![one, two]);
        assert_eq!(
            together.sql,
            "WITH part_0 AS (INSERT INTO a VALUES ($1, $2)), part_1 AS (INSERT INTO b VALUES ($4::text,$3)) SELECT 1"
        );
        let Values(values) = together.values.unwrap();
        assert_eq!(values, [1, 2, 3, 4].map(Value::from));
    }
}
