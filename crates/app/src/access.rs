//! Checks that every use case begins with.

use postern_domain::BackendError;
use postern_domain::actor::{Actor, Scope};
use postern_domain::ports::Unit;
use postern_domain::workspace::Role;

/// Refuses actors without this scope.
pub(crate) fn require(actor: &Actor, scope: Scope) -> Result<(), BackendError> {
    if actor.may(scope) {
        Ok(())
    } else {
        Err(BackendError::Forbidden(scope.to_ask_for()))
    }
}

/// Whether the actor owns the instance: the owner of its oldest workspace, with all rights.
pub(crate) async fn owns_instance(unit: &dyn Unit, actor: &Actor) -> Result<bool, BackendError> {
    if actor.role != Role::Owner || !actor.may(Scope::Admin) {
        return Ok(false);
    }
    let first = unit.first_workspace().await?;
    Ok(first.is_some_and(|workspace| workspace.id == actor.workspace))
}
