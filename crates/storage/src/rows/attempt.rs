//! Attempts with their evidence.

use postern_domain::failure::Trace;
use postern_domain::id::{AttemptId, PublicationId};
use postern_domain::ports::{AttemptRow, StorageError};
use postern_domain::publication::Attempt;
use postern_entities::attempt::Model;

use super::{Reader, RowId, failure, instant, small, timestamp};

/// The platform's words go into a column of their own, so that they can be forgotten alone.
pub(crate) fn to_row(row: &AttemptRow) -> Model {
    let attempt = &row.attempt;
    let words = attempt
        .failure
        .as_ref()
        .and_then(|told| told.provider_message.clone());
    let failure = attempt.failure.clone().map(|mut told| {
        told.provider_message = None;
        failure::to_json(&told)
    });
    Model {
        id: attempt.id.to_uuid(),
        workspace_id: row.workspace.to_uuid(),
        publication_id: attempt.publication.to_uuid(),
        number: small(attempt.number),
        entry: small(attempt.entry),
        started_at: instant(attempt.started_at),
        ended_at: instant(attempt.ended_at),
        outcome: attempt.outcome.clone(),
        failure,
        provider_message: words,
        operation: attempt.trace.operation.clone(),
        status: attempt.trace.status.map(i32::from),
        request_id: attempt.trace.request_id.clone(),
        reply: attempt.trace.reply.as_deref().map(cut),
    }
}

/// Most bytes kept of a platform's reply.
const REPLY: usize = 2048;

/// The beginning of a reply, whatever a worker of another version sends.
fn cut(reply: &str) -> String {
    reply[..reply.floor_char_boundary(REPLY)].to_owned()
}

pub(crate) fn from_row(row: Model) -> Result<Attempt, StorageError> {
    let id = AttemptId::of(row.id);
    let reader = Reader::new("attempt", &id);
    let failure = match &row.failure {
        None => None,
        Some(json) => {
            let mut told = failure::from_json(json).ok_or_else(|| reader.corrupt("failure"))?;
            told.provider_message = row.provider_message;
            Some(told)
        }
    };
    let status = row.status.map(u16::try_from).transpose();
    Ok(Attempt {
        id,
        publication: PublicationId::of(row.publication_id),
        number: reader.small("number", row.number)?,
        entry: reader.small("entry", row.entry)?,
        started_at: timestamp(row.started_at),
        ended_at: timestamp(row.ended_at),
        outcome: row.outcome,
        failure,
        trace: Trace {
            operation: row.operation,
            status: status.map_err(|_| reader.corrupt("status"))?,
            request_id: row.request_id,
            reply: row.reply,
            rates: Vec::new(),
        },
    })
}
