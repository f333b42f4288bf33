//! Answers to requests that came with an idempotency key.

use async_trait::async_trait;

use super::StorageError;
use crate::id::WorkspaceId;
use crate::post::IdempotencyKey;
use crate::time::Timestamp;

/// An answer as it rests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerRow {
    /// The HTTP status.
    pub status: u16,
    /// The body, sealed: it may hold what is shown once.
    pub sealed: Vec<u8>,
}

/// What is known of an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnswerClaim {
    /// Nothing: the request is this caller's to answer.
    Fresh,
    /// Somebody is answering the same request.
    Busy,
    /// The same request was answered.
    Answered(AnswerRow),
    /// Another request came before under this key.
    Mismatch,
}

/// Answers by idempotency key.
#[async_trait]
pub trait AnswerStore {
    /// Claims a key. A claim without an answer that is older than `stale` counts for nothing any more.
    async fn claim_answer(
        &self,
        workspace: WorkspaceId,
        key: &IdempotencyKey,
        now: Timestamp,
        stale: Timestamp,
    ) -> Result<AnswerClaim, StorageError>;
    /// Stores the answer to a claimed key.
    async fn put_answer(
        &self,
        workspace: WorkspaceId,
        key: &str,
        answer: &AnswerRow,
    ) -> Result<(), StorageError>;
    /// Gives a claim back that has no answer.
    async fn drop_claim(&self, workspace: WorkspaceId, key: &str) -> Result<(), StorageError>;
}
