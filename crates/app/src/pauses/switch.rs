//! The switches themselves.

use postern_domain::actor::{Actor, Scope};
use postern_domain::event::Event;
use postern_domain::id::{ChannelId, WorkspaceId};
use postern_domain::pause::{CatchUp, Pause, PauseScope, Resumed, Resumption};
use postern_domain::ports::Unit;
use postern_domain::{BackendError, Code, Problem};

use super::let_go::let_go;
use crate::access::{owns_instance, require};
use crate::deps::Deps;

/// The pauses in force that hold anything of the workspace.
pub(super) async fn pauses(deps: &Deps, actor: &Actor) -> Result<Vec<Pause>, BackendError> {
    require(actor, Scope::ChannelsRead)?;
    Ok(deps.storage.read().await?.pauses(&[actor.workspace]).await?)
}

/// Whether this actor may pause and resume this.
pub(super) async fn may_pause(deps: &Deps, actor: &Actor, scope: PauseScope) -> Result<bool, BackendError> {
    if !actor.may(Scope::ChannelsWrite) {
        return Ok(false);
    }
    match scope {
        PauseScope::Channel(_) => Ok(true),
        PauseScope::Workspace(id) => Ok(id == actor.workspace),
        PauseScope::Instance => owns_instance(&*deps.storage.read().await?, actor).await,
    }
}

/// Holds what becomes due from now on.
#[tracing::instrument(name = "app.pauses.pause", skip_all, fields(scope = scope.kind()))]
pub(super) async fn pause(deps: &Deps, actor: &Actor, scope: PauseScope) -> Result<Pause, BackendError> {
    let unit = deps.storage.begin().await?;
    let (workspace, mut events) = subject(&*unit, actor, scope, true).await?;
    let asked = Pause {
        scope,
        since: deps.clock.now(),
        by: actor.name.clone(),
    };
    let pause = unit.put_pause(&asked, workspace).await?;
    note(deps, &*unit, actor, scope, "paused").await?;
    events.push(Event::ScheduleChanged);
    unit.announce(&deps.announcements(events)).await?;
    unit.commit().await?;
    (deps.wake_relay)();
    tracing::info!(workspace.id = %actor.workspace, scope = scope.kind(), "publishing paused");
    Ok(pause)
}

/// Ends a pause and lets go what it held.
#[tracing::instrument(name = "app.pauses.resume", skip_all, fields(scope = scope.kind()))]
pub(super) async fn resume(
    deps: &Deps,
    actor: &Actor,
    scope: PauseScope,
    catch_up: CatchUp,
) -> Result<Resumed, BackendError> {
    let unit = deps.storage.begin().await?;
    let (workspace, mut events) = subject(&*unit, actor, scope, false).await?;
    let is_set = unit
        .pauses(workspace.as_slice())
        .await?
        .iter()
        .any(|pause| pause.scope == scope);
    if !is_set {
        return Ok(Resumed::default());
    }
    unit.put_resumption(&Resumption { scope, catch_up }, workspace)
        .await?;
    note(deps, &*unit, actor, scope, &format!("resumed_{catch_up}")).await?;
    events.push(Event::ScheduleChanged);
    unit.announce(&deps.announcements(events)).await?;
    unit.commit().await?;
    (deps.wake_relay)();
    tracing::info!(workspace.id = %actor.workspace, scope = scope.kind(), "publishing resumed");
    let_go(deps, scope).await
}

/// The same for a channel by its older name; what is late goes by the rule.
pub(crate) async fn set_channel(
    deps: &Deps,
    actor: &Actor,
    channel: ChannelId,
    paused: bool,
) -> Result<(), BackendError> {
    let scope = PauseScope::Channel(channel);
    if paused {
        pause(deps, actor, scope).await.map(drop)
    } else {
        resume(deps, actor, scope, CatchUp::Rule).await.map(drop)
    }
}

/// Checks that this actor may switch this, and switches a channel's own row; answers the workspace it belongs to
/// and what to announce.
async fn subject(
    unit: &dyn Unit,
    actor: &Actor,
    scope: PauseScope,
    paused: bool,
) -> Result<(Option<WorkspaceId>, Vec<Event>), BackendError> {
    require(actor, Scope::ChannelsWrite)?;
    match scope {
        PauseScope::Channel(id) => {
            let channel = unit
                .set_channel_disabled(actor.workspace, id, paused)
                .await?
                .ok_or_else(|| BackendError::not_found("channel", id))?;
            let changed = Event::ChannelChanged {
                workspace: actor.workspace,
                channel: id,
                provider: channel.provider,
            };
            Ok((Some(actor.workspace), vec![changed]))
        }
        PauseScope::Workspace(id) if id == actor.workspace => Ok((Some(id), Vec::new())),
        PauseScope::Workspace(id) => Err(BackendError::not_found("workspace", id)),
        PauseScope::Instance if owns_instance(unit, actor).await? => Ok((None, Vec::new())),
        PauseScope::Instance => Err(BackendError::refused(Problem::new(
            Code::Forbidden,
            "/scope",
            "only the owner of the instance may pause or resume all of it",
            "pause your workspace instead, or ask the owner of the instance",
        ))),
    }
}

async fn note(
    deps: &Deps,
    unit: &dyn Unit,
    actor: &Actor,
    scope: PauseScope,
    deed: &str,
) -> Result<(), BackendError> {
    let action = format!("{}.{deed}", scope.kind());
    unit.audit(actor, &action, &scope.to_string(), deps.clock.now())
        .await?;
    Ok(())
}
