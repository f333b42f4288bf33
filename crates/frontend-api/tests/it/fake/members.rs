use std::pin::Pin;
use std::time::Duration;

use async_trait::async_trait;
use futures::Stream;
use postern_domain::actor::Actor;
use postern_domain::channel::Health;
use postern_domain::event::Event;
use postern_domain::id::{KeyId, PersonId, SessionId};
use postern_domain::key::{ApiKey, CreatedKey, NewKey};
use postern_domain::ports::{
    Alert, Instance, InstanceInfo, Keys, Login, Members, NewAccount, SignedIn, Watch, WorkspaceChange,
};
use postern_domain::publication::State;
use postern_domain::secret::Secret;
use postern_domain::workspace::{Person, Session, Workspace};
use postern_domain::{BackendError, Code, Problem};

use super::{Fake, WORKSPACE, actor, workspace};

fn refused(code: Code, field: &str, detail: &str, fix: &str) -> BackendError {
    BackendError::refused(Problem::new(code, field, detail, fix))
}

fn weak(password: &Secret, field: &str) -> Option<Problem> {
    (password.reveal().chars().count() < 10).then(|| {
        Problem::new(
            Code::PasswordWeak,
            field,
            "the password is too short",
            "take at least 10 characters",
        )
        .allowed("10 characters or more")
    })
}

#[async_trait]
impl Members for Fake {
    async fn sign_up(&self, account: NewAccount) -> Result<SignedIn, BackendError> {
        let mut problems = Vec::new();
        if !account.email.contains('@') {
            problems.push(Problem::new(
                Code::EmailInvalid,
                "/email",
                "that is not an e-mail address",
                "give one like name@example.org",
            ));
        }
        problems.extend(weak(&account.password, "/password"));
        if self.state().owner.is_some() {
            return Err(refused(
                Code::RegistrationClosed,
                "",
                "this instance takes no new accounts",
                "log in",
            ));
        }
        if !problems.is_empty() {
            return Err(BackendError::Refused(problems));
        }
        let mut state = self.state();
        let person = Person {
            id: PersonId::from_bits(1),
            email: account.email.to_lowercase(),
            name: account.name.clone(),
            created_at: self.now,
        };
        state.owner = Some((person, account.password.reveal().to_owned()));
        state.workspace = Some(workspace(self.now, "Ada", account.zone.name()));
        let token = format!("session-{}", state.sessions.len());
        state.sessions.push(token.clone());
        Ok(SignedIn {
            token: Secret::new(token),
            expires_at: self.now.plus(Duration::from_hours(24)),
            actor: actor(),
        })
    }

    async fn log_in(&self, login: Login) -> Result<SignedIn, BackendError> {
        let mut state = self.state();
        let known = state.owner.as_ref().is_some_and(|(person, password)| {
            person.email == login.email.to_lowercase() && password == login.password.reveal()
        });
        if !known {
            let detail = "address and password do not belong together";
            return Err(refused(
                Code::LoginRefused,
                "/password",
                detail,
                "check both and try again",
            ));
        }
        let token = format!("session-{}", state.sessions.len());
        state.sessions.push(token.clone());
        Ok(SignedIn {
            token: Secret::new(token),
            expires_at: self.now.plus(Duration::from_hours(24)),
            actor: actor(),
        })
    }

    async fn session(&self, token: Secret) -> Result<(Actor, Person, Workspace), BackendError> {
        let state = self.state();
        if !state.sessions.iter().any(|known| known == token.reveal()) {
            return Err(BackendError::Unauthenticated);
        }
        let person = state.owner.clone().ok_or(BackendError::Unauthenticated)?.0;
        let workspace = state.workspace.clone().ok_or(BackendError::Internal)?;
        Ok((actor(), person, workspace))
    }

    async fn log_out(&self, token: Secret) -> Result<(), BackendError> {
        self.state().sessions.retain(|known| known != token.reveal());
        Ok(())
    }

    async fn sessions(&self, _: &Actor) -> Result<Vec<Session>, BackendError> {
        let agents = [
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/605.1",
        ];
        let session = |(bits, agent): (u128, &str)| Session {
            id: SessionId::from_bits(bits),
            person: PersonId::from_bits(1),
            workspace: WORKSPACE,
            created_at: self.now.minus(Duration::from_hours(72)),
            last_seen_at: self.now.minus(Duration::from_mins(4)),
            expires_at: self.now.plus(Duration::from_hours(24)),
            user_agent: agent.to_owned(),
        };
        Ok((1..).zip(agents).map(session).collect())
    }

    async fn end_session(&self, _: &Actor, _: SessionId) -> Result<(), BackendError> {
        Ok(())
    }

    async fn change_password(&self, _: &Actor, old: Secret, new: Secret) -> Result<(), BackendError> {
        let mut state = self.state();
        let owner = state.owner.as_mut().ok_or(BackendError::Internal)?;
        let wrong = (owner.1 != old.reveal()).then(|| {
            Problem::new(
                Code::LoginRefused,
                "/old_password",
                "that is not your present password",
                "try again",
            )
        });
        let problems: Vec<Problem> = wrong.into_iter().chain(weak(&new, "/new_password")).collect();
        if !problems.is_empty() {
            return Err(BackendError::Refused(problems));
        }
        new.reveal().clone_into(&mut owner.1);
        Ok(())
    }

    async fn workspace(&self, _: &Actor) -> Result<Workspace, BackendError> {
        self.state().workspace.clone().ok_or(BackendError::Internal)
    }

    async fn change_workspace(&self, _: &Actor, change: WorkspaceChange) -> Result<Workspace, BackendError> {
        if change.name.as_deref().is_some_and(str::is_empty) {
            return Err(refused(
                Code::NameInvalid,
                "/name",
                "a workspace needs a name",
                "give one",
            ));
        }
        let mut state = self.state();
        let workspace = state.workspace.as_mut().ok_or(BackendError::Internal)?;
        if let Some(name) = change.name {
            workspace.name = name;
        }
        if let Some(zone) = change.zone {
            workspace.zone = zone;
        }
        if let Some(lateness) = change.lateness {
            workspace.lateness = lateness;
        }
        Ok(workspace.clone())
    }
}

#[async_trait]
impl Keys for Fake {
    async fn create_key(&self, _: &Actor, key: NewKey) -> Result<CreatedKey, BackendError> {
        let mut problems = Vec::new();
        if key.name.is_empty() {
            problems.push(Problem::new(
                Code::NameInvalid,
                "/name",
                "a key needs a name",
                "say what uses it",
            ));
        }
        if key.scopes.is_empty() {
            problems.push(Problem::new(
                Code::MissingField,
                "/scopes",
                "a key without any scope can do nothing",
                "tick at least one",
            ));
        }
        if !problems.is_empty() {
            return Err(BackendError::Refused(problems));
        }
        let id = self.next();
        let stored = ApiKey {
            id: KeyId::from_bits(id),
            workspace: WORKSPACE,
            name: key.name,
            hint: "Zk3Q".to_owned(),
            scopes: key.scopes,
            created_at: self.now,
            expires_at: key.expires_at,
            last_used_at: None,
        };
        self.state().keys.push(stored.clone());
        Ok(CreatedKey {
            key: stored,
            text: Secret::new("ptz_sampleKeyThatOpensNothing0000000000Zk3Q"),
        })
    }

    async fn keys(&self, _: &Actor) -> Result<Vec<ApiKey>, BackendError> {
        Ok(self.state().keys.clone())
    }

    async fn revoke_key(&self, _: &Actor, id: KeyId) -> Result<(), BackendError> {
        self.state().keys.retain(|key| key.id != id);
        Ok(())
    }

    async fn authenticate(&self, _: Secret) -> Result<Actor, BackendError> {
        Err(BackendError::Unauthenticated)
    }

    async fn claim_once(&self, _: &Actor, _: String, _: Duration) -> Result<bool, BackendError> {
        Ok(true)
    }
}

#[async_trait]
impl Watch for Fake {
    async fn watch(&self, _: &Actor) -> Result<Pin<Box<dyn Stream<Item = Event> + Send>>, BackendError> {
        let receiver = self.events.subscribe();
        Ok(Box::pin(futures::stream::unfold(
            receiver,
            async |mut receiver| {
                let event = receiver.recv().await.ok()?;
                Some((event, receiver))
            },
        )))
    }

    async fn watch_schedule(&self) -> Result<Pin<Box<dyn Stream<Item = Event> + Send>>, BackendError> {
        Ok(Box::pin(futures::stream::pending()))
    }
}

#[async_trait]
impl Instance for Fake {
    async fn info(&self) -> Result<InstanceInfo, BackendError> {
        let has_owner = self.state().owner.is_some();
        Ok(InstanceInfo {
            version: "0.1.0".to_owned(),
            has_owner,
            registration_open: !has_owner,
            public_url: "http://localhost:5000".to_owned(),
        })
    }

    async fn alerts(&self, _: &Actor) -> Result<Vec<Alert>, BackendError> {
        let state = self.state();
        let broken = state.channels.iter().filter_map(|channel| match &channel.health {
            Health::Connected => channel.grant_expires_at.map(|ends_at| Alert::GrantEnding {
                channel: channel.id,
                name: channel.name.clone(),
                ends_at,
            }),
            Health::NeedsReconnect { reason, .. } => Some(Alert::Reconnect {
                channel: channel.id,
                name: channel.name.clone(),
                reason: reason.clone(),
            }),
        });
        let targets = state
            .posts
            .iter()
            .flat_map(|view| &view.publications)
            .map(|target| &target.publication);
        let stuck =
            targets.filter(|it| matches!(it.state, State::Failed | State::Missed | State::Unconfirmed));
        let stuck = stuck.map(|it| Alert::Publication {
            workspace: WORKSPACE,
            post: it.post,
            publication: it.id,
            state: it.state,
        });
        Ok(broken.chain(stuck).collect())
    }

    async fn ready(&self) -> Result<Vec<(String, Result<(), String>)>, BackendError> {
        Ok(Vec::new())
    }
}
