//! Requests that came with an idempotency key: answered once, and with the same words when they come again.
//!
//! Only the REST door asks for this, and it lives beside the data; so these are no part of the port.

use std::time::Duration;

use postern_domain::ports::{AnswerClaim, AnswerRow};
use postern_domain::post::IdempotencyKey;
use postern_domain::secret::Secret;
use postern_domain::{Actor, BackendError, Code, Problem};

use crate::App;

/// How long a request may take to be answered; after that its claim is that of somebody who is gone.
const PATIENCE: Duration = Duration::from_mins(2);

/// An answer that was given before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Secret,
}

impl App {
    /// The answer that the same request got before; none when it is to be answered now, which ends with
    /// [`App::keep_answer`] or [`App::drop_claim`].
    ///
    /// Errors: a conflict when another request came under this key, or the same is being answered.
    pub async fn answered_before(
        &self,
        actor: &Actor,
        key: &IdempotencyKey,
    ) -> Result<Option<Answered>, BackendError> {
        let now = self.deps.clock.now();
        let unit = self.deps.storage.begin().await?;
        let claim = unit
            .claim_answer(actor.workspace, key, now, now.minus(PATIENCE))
            .await?;
        unit.commit().await?;
        match claim {
            AnswerClaim::Fresh => Ok(None),
            AnswerClaim::Busy => Err(BackendError::Conflict(busy())),
            AnswerClaim::Mismatch => Err(BackendError::Conflict(mismatch())),
            AnswerClaim::Answered(row) => {
                let body = self.deps.vault.open(&purpose(actor, key), &row.sealed);
                let body = body.map_err(|error| {
                    tracing::error!(error = %error, "a kept answer cannot be opened");
                    BackendError::Internal
                })?;
                Ok(Some(Answered {
                    status: row.status,
                    body,
                }))
            }
        }
    }

    /// Keeps what was answered to a claimed request for a day.
    pub async fn keep_answer(
        &self,
        actor: &Actor,
        key: &IdempotencyKey,
        answer: &Answered,
    ) -> Result<(), BackendError> {
        let row = AnswerRow {
            status: answer.status,
            sealed: self.deps.vault.seal(&purpose(actor, key), &answer.body),
        };
        let unit = self.deps.storage.begin().await?;
        unit.put_answer(actor.workspace, &key.key, &row).await?;
        unit.commit().await?;
        Ok(())
    }

    /// Gives a claim back: the request was refused, and may come again under the same key once it is mended.
    pub async fn drop_claim(&self, actor: &Actor, key: &IdempotencyKey) -> Result<(), BackendError> {
        let unit = self.deps.storage.begin().await?;
        unit.drop_claim(actor.workspace, &key.key).await?;
        unit.commit().await?;
        Ok(())
    }
}

/// What an answer is sealed for.
fn purpose(actor: &Actor, key: &IdempotencyKey) -> String {
    format!("answer/{}/{}", actor.workspace, key.key)
}

/// The refusal of a key that came with another request.
pub(crate) fn mismatch() -> Problem {
    Problem::new(
        Code::IdempotencyMismatch,
        "/idempotency_key",
        "this idempotency key came with another request before",
        "use a new key for a new request",
    )
}

fn busy() -> Problem {
    Problem::new(
        Code::IdempotencyMismatch,
        "/idempotency_key",
        "the same request is being answered at this moment",
        "wait a few seconds and send it again with the same key",
    )
}
