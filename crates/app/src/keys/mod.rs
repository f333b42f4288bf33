//! API keys: made, listed, ended, and who comes with one.

use std::time::Duration;

use async_trait::async_trait;
use postern_domain::actor::{Actor, Door, Scope};
use postern_domain::id::KeyId;
use postern_domain::key::{ApiKey, CreatedKey, KEY_PREFIX, NewKey};
use postern_domain::ports::{CounterError, Keys, Unit};
use postern_domain::secret::Secret;
use postern_domain::time::Timestamp;
use postern_domain::workspace::Role;
use postern_domain::{BackendError, Code, Problem};

use crate::App;
use crate::access::require;
use crate::deps::{Deps, KeyHolder};

/// How exactly the last use of a key is kept.
const TOUCH: Duration = Duration::from_mins(1);

#[async_trait]
impl Keys for App {
    async fn create_key(&self, actor: &Actor, key: NewKey) -> Result<CreatedKey, BackendError> {
        create_key(&self.deps, actor, key).await
    }

    async fn keys(&self, actor: &Actor) -> Result<Vec<ApiKey>, BackendError> {
        require(actor, Scope::Admin)?;
        Ok(self.deps.storage.read().await?.keys(actor.workspace).await?)
    }

    async fn revoke_key(&self, actor: &Actor, id: KeyId) -> Result<(), BackendError> {
        require(actor, Scope::Admin)?;
        let (unit, now) = (self.deps.storage.begin().await?, self.deps.clock.now());
        if !unit.revoke_key(actor.workspace, id, now).await? {
            return Err(BackendError::not_found("key", id));
        }
        unit.audit(actor, "key.revoked", &id.to_string(), now).await?;
        unit.commit().await?;
        self.known.callers.forget();
        Ok(())
    }

    async fn authenticate(&self, key: Secret) -> Result<Actor, BackendError> {
        authenticate(self, &key).await
    }

    async fn claim_once(&self, actor: &Actor, token: String, ttl: Duration) -> Result<bool, BackendError> {
        let digest = self.deps.vault.sign("once", &token);
        let first = self
            .deps
            .counters
            .once(&format!("once/{}/{digest}", actor.workspace), ttl)
            .await;
        first.map_err(|CounterError::Unavailable(_)| BackendError::Unavailable { what: "counters" })
    }
}

async fn create_key(deps: &Deps, actor: &Actor, new: NewKey) -> Result<CreatedKey, BackendError> {
    require(actor, Scope::Admin)?;
    let now = deps.clock.now();
    let problems = check(&new, now);
    if !problems.is_empty() {
        return Err(BackendError::Refused(problems));
    }
    let text = format!("{KEY_PREFIX}{}", deps.rng.token(40));
    let key = ApiKey {
        id: KeyId::from_bits(deps.rng.id()),
        workspace: actor.workspace,
        name: new.name.trim().to_owned(),
        hint: text[text.len() - 4..].to_owned(),
        scopes: new.scopes,
        created_at: now,
        expires_at: new.expires_at,
        last_used_at: None,
    };
    let unit = deps.storage.begin().await?;
    unit.insert_key(&key, &deps.vault.digest(&text), actor.person)
        .await?;
    unit.audit(actor, "key.created", &key.id.to_string(), now).await?;
    unit.commit().await?;
    Ok(CreatedKey {
        key,
        text: Secret::new(text),
    })
}

fn check(new: &NewKey, now: Timestamp) -> Vec<Problem> {
    let mut problems = Vec::new();
    let length = new.name.trim().chars().count();
    if !(1..=100).contains(&length) {
        problems.push(
            Problem::new(
                Code::NameInvalid,
                "/name",
                "a key needs a name",
                "give a name that tells what uses the key",
            )
            .given(format!("{length} characters"))
            .allowed("1 to 100 characters"),
        );
    }
    if new.scopes.is_empty() {
        let all: Vec<&str> = Scope::ALL.iter().map(|scope| scope.as_str()).collect();
        problems.push(
            Problem::new(
                Code::ScopeUnknown,
                "/scopes",
                "a key needs at least one scope",
                "choose what the key may do",
            )
            .allowed(all.join(", ")),
        );
    }
    if let Some(at) = new.expires_at.filter(|at| *at <= now) {
        problems.push(
            Problem::new(
                Code::PublishTimePassed,
                "/expires_at",
                "the key would have ended already",
                "give a later time",
            )
            .given(at)
            .allowed(format!("after {now}")),
        );
    }
    problems
}

/// A key is looked up anew every [`AGE`](crate::recent::AGE): that long it may open something after another process
/// revoked it.
async fn authenticate(app: &App, text: &Secret) -> Result<Actor, BackendError> {
    if text.is_empty() {
        return Err(BackendError::Unauthenticated);
    }
    let (now, digest) = (app.deps.clock.now(), app.deps.vault.digest(text.reveal()));
    let holder = if let Some(holder) = app.known.callers.get(&digest, now) {
        holder
    } else {
        let before = app.known.callers.before(now);
        let holder = look_up(&app.deps, &digest, now).await?;
        app.known.callers.keep(before, digest, holder.clone());
        holder
    };
    if holder.expires_at.is_some_and(|end| end <= now) {
        return Err(BackendError::Unauthenticated);
    }
    Ok(holder.actor)
}

async fn look_up(deps: &Deps, digest: &[u8; 32], now: Timestamp) -> Result<KeyHolder, BackendError> {
    let unit = deps.storage.glance().await?;
    let found = unit.key_by_digest(digest).await?;
    let (key, made_by) = found.ok_or(BackendError::Unauthenticated)?;
    if key.expires_at.is_some_and(|end| end <= now) {
        return Err(BackendError::Unauthenticated);
    }
    let role = role_of(&*unit, &key, made_by).await?;
    drop(unit);
    if key.last_used_at.is_none_or(|last| now.since(last) > TOUCH) {
        let unit = deps.storage.begin().await?;
        unit.touch_key(key.id, now).await?;
        unit.commit().await?;
    }
    Ok(KeyHolder {
        actor: Actor {
            workspace: key.workspace,
            person: made_by,
            key: Some(key.id),
            name: key.name,
            role,
            scopes: key.scopes,
            door: Door::Rest,
        },
        expires_at: key.expires_at,
    })
}

/// A key can do no more than whoever made it; one made by the operator's command line acts as owner.
async fn role_of(
    unit: &dyn Unit,
    key: &ApiKey,
    made_by: Option<postern_domain::id::PersonId>,
) -> Result<Role, BackendError> {
    match made_by {
        None => Ok(Role::Owner),
        Some(person) => unit
            .role(key.workspace, person)
            .await?
            .ok_or(BackendError::Unauthenticated),
    }
}
