//! The instance as a whole.

use async_trait::async_trait;
use postern_domain::actor::Scope;
use postern_domain::channel::{Channel, Health};
use postern_domain::ports::{Alert, Instance, InstanceInfo};
use postern_domain::publication::State;
use postern_domain::workspace::Person;
use postern_domain::{Actor, BackendError, Timestamp};

use crate::access::{owns_instance, require};
use crate::publications::SOON;
use crate::{App, Registration};

#[async_trait]
impl Instance for App {
    async fn info(&self) -> Result<InstanceInfo, BackendError> {
        let has_owner = self.deps.storage.read().await?.count_people().await? > 0;
        let settings = &self.deps.settings;
        Ok(InstanceInfo {
            version: settings.version.clone(),
            has_owner,
            registration_open: !has_owner || settings.registration == Registration::Open,
            public_url: settings.public_url.clone(),
        })
    }

    async fn alerts(&self, actor: &Actor) -> Result<Vec<Alert>, BackendError> {
        require(actor, Scope::PostsRead)?;
        let unit = self.deps.storage.read().await?;
        let channels = unit.channels(actor.workspace).await?;
        let soon = self.deps.clock.now().plus(SOON);
        let mut alerts: Vec<Alert> = channels
            .into_iter()
            .filter_map(|channel| alert_of(channel, soon))
            .collect();
        let states = [State::Unconfirmed, State::Failed, State::Missed];
        let wanting = unit.publications_in(actor.workspace, &states, 50).await?;
        alerts.extend(wanting.into_iter().map(|publication| Alert::Publication {
            workspace: publication.workspace,
            post: publication.post,
            publication: publication.id,
            state: publication.state,
        }));
        Ok(alerts)
    }

    async fn ready(&self) -> Result<Vec<(String, Result<(), String>)>, BackendError> {
        let deps = &self.deps;
        let (database, bus, counters) = (deps.storage.ping(), deps.bus.ping(), deps.counters.ping());
        let (database, bus, counters) = tokio::join!(database, bus, counters);
        Ok(vec![
            ("database".to_owned(), database.map_err(|error| error.to_string())),
            ("bus".to_owned(), bus.map_err(|error| error.to_string())),
            ("counters".to_owned(), counters.map_err(|error| error.to_string())),
        ])
    }
}

impl App {
    /// At most ten people whose name, address or id holds this text, for whoever owns the instance.
    pub async fn people(&self, actor: &Actor, text: &str) -> Result<Vec<Person>, BackendError> {
        let unit = self.deps.storage.glance().await?;
        if !owns_instance(&*unit, actor).await? {
            return Err(BackendError::Forbidden(Scope::Admin));
        }
        Ok(unit.find_people(text, 10).await?)
    }
}

/// What a channel wants of its owner, if anything; a grant ends soon when it ends before `soon`.
fn alert_of(channel: Channel, soon: Timestamp) -> Option<Alert> {
    match channel.health {
        Health::NeedsReconnect { reason, .. } => Some(Alert::Reconnect {
            channel: channel.id,
            name: channel.name,
            reason,
        }),
        Health::Connected => {
            let ends_at = channel.grant_expires_at.filter(|end| *end < soon)?;
            Some(Alert::GrantEnding {
                channel: channel.id,
                name: channel.name,
                ends_at,
            })
        }
    }
}
