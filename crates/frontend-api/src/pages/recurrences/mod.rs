//! Posts that return: what comes next, leaving a date out, ending.

pub(crate) mod act;
pub(crate) mod show;

use postern_domain::BackendError;
use postern_domain::id::RecurrenceId;

use crate::failure::Failure;

/// The recurrence of the id in the address.
fn parse(id: &str) -> Result<RecurrenceId, Failure> {
    id.parse()
        .map_err(|_| BackendError::not_found("recurrence", id).into())
}
