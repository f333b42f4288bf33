//! The workspace of whoever asks.

use std::time::Duration;

use postern_domain::actor::Scope;
use postern_domain::ports::WorkspaceChange;
use postern_domain::workspace::Workspace;
use postern_domain::{Actor, BackendError, Code, Problem};

use crate::App;
use crate::access::require;
use crate::deps::Deps;

/// The longest lateness that can be set: a week.
const MAX_LATENESS: Duration = Duration::from_hours(7 * 24);

/// The workspace of the actor. Programs, which ask with every call, get it as it was a moment ago; people see what
/// they have just changed, whichever process they changed it in.
pub(super) async fn workspace(app: &App, actor: &Actor) -> Result<Workspace, BackendError> {
    let (known, now) = (&app.known.workspaces, app.deps.clock.now());
    let kept = known.get(&actor.workspace, now).filter(|_| actor.key.is_some());
    if let Some(workspace) = kept {
        return Ok(workspace);
    }
    let before = known.before(now);
    let found = app
        .deps
        .storage
        .glance()
        .await?
        .workspace(actor.workspace)
        .await?;
    let workspace = found.ok_or_else(|| BackendError::not_found("workspace", actor.workspace))?;
    known.keep(before, workspace.id, workspace.clone());
    Ok(workspace)
}

/// Changes the workspace.
pub(super) async fn change_workspace(
    deps: &Deps,
    actor: &Actor,
    change: WorkspaceChange,
) -> Result<Workspace, BackendError> {
    require(actor, Scope::Admin)?;
    let problems = check(&change);
    if !problems.is_empty() {
        return Err(BackendError::Refused(problems));
    }
    let unit = deps.storage.begin().await?;
    let found = unit.workspace(actor.workspace).await?;
    let mut workspace = found.ok_or_else(|| BackendError::not_found("workspace", actor.workspace))?;
    if let Some(name) = change.name {
        name.trim().clone_into(&mut workspace.name);
    }
    workspace.zone = change.zone.unwrap_or(workspace.zone);
    workspace.lateness = change.lateness.unwrap_or(workspace.lateness);
    unit.update_workspace(&workspace).await?;
    unit.audit(
        actor,
        "workspace.changed",
        &workspace.id.to_string(),
        deps.clock.now(),
    )
    .await?;
    unit.commit().await?;
    Ok(workspace)
}

fn check(change: &WorkspaceChange) -> Vec<Problem> {
    let mut problems = Vec::new();
    if let Some(name) = &change.name
        && !(1..=100).contains(&name.trim().chars().count())
    {
        problems.push(
            Problem::new(Code::NameInvalid, "/name", "a workspace needs a name", "give one")
                .given(format!("{} characters", name.trim().chars().count()))
                .allowed("1 to 100 characters"),
        );
    }
    if let Some(lateness) = change.lateness.filter(|lateness| *lateness > MAX_LATENESS) {
        problems.push(
            Problem::new(
                Code::TimeMalformed,
                "/lateness",
                "posts would go out very late",
                "give fewer hours",
            )
            .given(format!("{} hours", lateness.as_secs() / 3600))
            .allowed("0 to 168 hours"),
        );
    }
    problems
}
