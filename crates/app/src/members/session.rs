//! Sessions: who comes with a token, and how they end.

use std::time::Duration;

use postern_domain::BackendError;
use postern_domain::actor::{Actor, Door, Scope};
use postern_domain::id::{SessionId, WorkspaceId};
use postern_domain::ports::{SessionRow, SignedIn, Unit};
use postern_domain::secret::Secret;
use postern_domain::workspace::{Person, Role, Session, Workspace};

use crate::deps::Deps;

/// How exactly the last use of a session is kept.
const TOUCH: Duration = Duration::from_mins(5);

/// Begins a session inside a unit of work.
pub(super) async fn begin_session(
    deps: &Deps,
    unit: &dyn Unit,
    person: &Person,
    workspace: WorkspaceId,
    role: Role,
    user_agent: &str,
) -> Result<SignedIn, BackendError> {
    let token = deps.rng.token(43);
    let now = deps.clock.now();
    let session = Session {
        id: SessionId::from_bits(deps.rng.id()),
        person: person.id,
        workspace,
        created_at: now,
        last_seen_at: now,
        expires_at: now.plus(deps.settings.session_life),
        user_agent: user_agent.chars().take(200).collect(),
    };
    unit.insert_session(&SessionRow {
        digest: deps.vault.digest(&token),
        session: session.clone(),
    })
    .await?;
    let actor = actor_of(person, workspace, role);
    Ok(SignedIn {
        token: Secret::new(token),
        expires_at: session.expires_at,
        actor,
    })
}

/// Who comes with this token.
pub(super) async fn session(deps: &Deps, token: &Secret) -> Result<(Actor, Person, Workspace), BackendError> {
    let now = deps.clock.now();
    let unit = deps.storage.read().await?;
    let session = find(deps, &*unit, token).await?;
    let person = unit
        .person(session.person)
        .await?
        .ok_or(BackendError::Unauthenticated)?
        .person;
    let role = unit
        .role(session.workspace, person.id)
        .await?
        .ok_or(BackendError::Unauthenticated)?;
    let workspace = unit
        .workspace(session.workspace)
        .await?
        .ok_or(BackendError::Unauthenticated)?;
    drop(unit);
    if now.since(session.last_seen_at) > TOUCH {
        let unit = deps.storage.begin().await?;
        unit.touch_session(session.id, now).await?;
        unit.commit().await?;
    }
    Ok((actor_of(&person, workspace.id, role), person, workspace))
}

/// Ends the session of this token; an unknown one is ended already.
pub(super) async fn log_out(deps: &Deps, token: &Secret) -> Result<(), BackendError> {
    let unit = deps.storage.begin().await?;
    if let Ok(session) = find(deps, &*unit, token).await {
        unit.delete_session(session.person, session.id).await?;
    }
    unit.commit().await?;
    Ok(())
}

/// The sessions of the person who asks.
pub(super) async fn sessions(deps: &Deps, actor: &Actor) -> Result<Vec<Session>, BackendError> {
    let person = actor.person.ok_or(BackendError::Unauthenticated)?;
    Ok(deps.storage.read().await?.sessions(person).await?)
}

/// Ends one session of the person who asks.
pub(super) async fn end_session(deps: &Deps, actor: &Actor, id: SessionId) -> Result<(), BackendError> {
    let person = actor.person.ok_or(BackendError::Unauthenticated)?;
    let unit = deps.storage.begin().await?;
    unit.delete_session(person, id).await?;
    unit.commit().await?;
    Ok(())
}

async fn find(deps: &Deps, unit: &dyn Unit, token: &Secret) -> Result<Session, BackendError> {
    let session = unit.session_by_digest(&deps.vault.digest(token.reveal())).await?;
    session
        .filter(|session| session.expires_at > deps.clock.now())
        .ok_or(BackendError::Unauthenticated)
}

/// A person acts with all that their role carries.
pub(super) fn actor_of(person: &Person, workspace: WorkspaceId, role: Role) -> Actor {
    Actor {
        workspace,
        person: Some(person.id),
        key: None,
        name: person.name.clone(),
        role,
        scopes: Scope::ALL
            .into_iter()
            .filter(|scope| role >= scope.least_role())
            .collect(),
        door: Door::Web,
    }
}
