//! Logging in, and changing the password.

use std::time::Duration;

use postern_domain::ports::{CounterError, Login, RateLimit, SignedIn};
use postern_domain::secret::Secret;
use postern_domain::{Actor, BackendError, Code, Problem};

use super::session::begin_session;
use super::sign_up::check_password;
use crate::deps::Deps;

/// Tries per address: ten in a quarter of an hour.
const TRIES: RateLimit = RateLimit {
    count: 10,
    window: Duration::from_mins(15),
};

/// Checks address and password and begins a session.
///
/// An unknown address takes as long as a wrong password and gets the same answer.
#[tracing::instrument(name = "app.members.log_in", skip_all)]
pub(super) async fn log_in(deps: &Deps, login: Login) -> Result<SignedIn, BackendError> {
    let email = login.email.trim().to_lowercase();
    slow_down(deps, &email).await?;
    let row = deps.storage.read().await?.person_by_email(&email).await?;
    let hash = row.as_ref().map_or("", |row| row.password_hash.as_str());
    let right = deps.vault.check_password(&login.password, hash).await;
    let Some(row) = row.filter(|_| right) else {
        return Err(BackendError::refused(refused()));
    };
    let unit = deps.storage.begin().await?;
    let memberships = unit.memberships(row.person.id).await?;
    let (workspace, role) = memberships
        .into_iter()
        .next()
        .ok_or_else(|| BackendError::refused(refused()))?;
    let signed_in = begin_session(deps, &*unit, &row.person, workspace, role, &login.user_agent).await?;
    unit.commit().await?;
    Ok(signed_in)
}

/// Sets a new password and ends all sessions: whoever knew the old one is out.
pub(super) async fn change_password(
    deps: &Deps,
    actor: &Actor,
    old: &Secret,
    new: &Secret,
) -> Result<(), BackendError> {
    let person = actor.person.ok_or(BackendError::Unauthenticated)?;
    let row = deps
        .storage
        .read()
        .await?
        .person(person)
        .await?
        .ok_or(BackendError::Unauthenticated)?;
    slow_down(deps, &row.person.email).await?;
    if !deps.vault.check_password(old, &row.password_hash).await {
        return Err(BackendError::refused(Problem::new(
            Code::LoginRefused,
            "/old_password",
            "this is not your present password",
            "type the password you logged in with",
        )));
    }
    if let Some(problem) = check_password(new, &row.person.email, "/new_password") {
        return Err(BackendError::refused(problem));
    }
    let hash = deps.vault.hash_password(new).await;
    let unit = deps.storage.begin().await?;
    unit.update_password(person, &hash).await?;
    for session in unit.sessions(person).await? {
        unit.delete_session(person, session.id).await?;
    }
    unit.audit(
        actor,
        "member.password_changed",
        &person.to_string(),
        deps.clock.now(),
    )
    .await?;
    unit.commit().await?;
    Ok(())
}

async fn slow_down(deps: &Deps, email: &str) -> Result<(), BackendError> {
    let key = format!("login/{}", deps.vault.sign("login", email));
    match deps.counters.take(&key, TRIES).await {
        Ok(decision) if !decision.allowed => Err(BackendError::RateLimited {
            retry_after: decision.reset_after,
        }),
        // Without counters logins go on: a slow hash still stands in the way.
        Ok(_) | Err(CounterError::Unavailable(_)) => Ok(()),
    }
}

fn refused() -> Problem {
    Problem::new(
        Code::LoginRefused,
        "/password",
        "address and password do not belong together",
        "check both, or ask the owner of this instance to reset your password",
    )
}
