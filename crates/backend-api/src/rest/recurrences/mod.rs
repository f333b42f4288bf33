//! Recurrences, on routes of ours: what returns, what comes next, and changing or ending it.

pub(super) mod end;
pub(super) mod list;
pub(super) mod preview;
pub(super) mod read;
pub(super) mod skip;
pub(super) mod update;

use axum::response::Response;
use postern_domain::BackendError;
use postern_domain::id::RecurrenceId;
use postern_domain::recurrence::RecurrenceView;
use postern_wire::postiz::recurrence_out;

use crate::deps::Inner;
use crate::edge::json;

/// The recurrence of a path.
fn recurrence_id(text: &str) -> Result<RecurrenceId, BackendError> {
    let shown: String = text.chars().take(100).collect();
    text.trim()
        .parse()
        .map_err(|_| BackendError::not_found("recurrence", shown))
}

fn shown(shared: &Inner, view: &RecurrenceView) -> Response {
    json(200, &recurrence_out(view, shared.clock.now()))
}
