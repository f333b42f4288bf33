//! Checks that every use case begins with.

use postern_domain::BackendError;
use postern_domain::actor::{Actor, Scope};

/// Refuses actors without this scope.
pub(crate) fn require(actor: &Actor, scope: Scope) -> Result<(), BackendError> {
    if actor.may(scope) {
        Ok(())
    } else {
        Err(BackendError::Forbidden(scope))
    }
}
