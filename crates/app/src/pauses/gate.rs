//! Whether publications may go out, as far as channels and pauses decide it.

use std::collections::HashMap;
use std::time::Duration;

use postern_domain::BackendError;
use postern_domain::channel::Channel;
use postern_domain::id::{ChannelId, WorkspaceId};
use postern_domain::pause::{Held, Pause};
use postern_domain::ports::Unit;
use postern_domain::publication::Publication;
use postern_domain::workspace::DEFAULT_LATENESS;

/// The channels of some publications with the pauses in force.
pub(crate) struct Gate {
    channels: HashMap<ChannelId, Channel>,
    pauses: Vec<Pause>,
}

impl Gate {
    /// Looks up what decides about these publications.
    pub(crate) async fn load(unit: &dyn Unit, publications: &[Publication]) -> Result<Self, BackendError> {
        let mut channels: Vec<ChannelId> = publications.iter().map(|it| it.channel).collect();
        channels.sort_unstable();
        channels.dedup();
        let channels = unit.channels_by_id(&channels).await?;
        Ok(Self {
            pauses: unit.pauses(&workspaces_of(publications)).await?,
            channels: channels
                .into_iter()
                .map(|channel| (channel.id, channel))
                .collect(),
        })
    }

    /// What holds a publication now, if anything does.
    pub(crate) fn holds(&self, publication: &Publication) -> Option<Held> {
        match self.channels.get(&publication.channel) {
            Some(channel) => Held::reason(channel, &self.pauses),
            None => Some(Held::Reconnect),
        }
    }
}

/// How late posts may go out, by workspace.
pub(crate) struct Lateness(HashMap<WorkspaceId, Duration>);

impl Lateness {
    /// Looks up the rules of the workspaces of these publications.
    pub(crate) async fn load(unit: &dyn Unit, publications: &[Publication]) -> Result<Self, BackendError> {
        let workspaces = unit.workspaces(&workspaces_of(publications)).await?;
        let rules = workspaces.into_iter().map(|it| (it.id, it.lateness));
        Ok(Self(rules.collect()))
    }

    /// The rule for a publication.
    pub(crate) fn of(&self, publication: &Publication) -> Duration {
        self.0
            .get(&publication.workspace)
            .copied()
            .unwrap_or(DEFAULT_LATENESS)
    }
}

fn workspaces_of(publications: &[Publication]) -> Vec<WorkspaceId> {
    let mut ids: Vec<WorkspaceId> = publications.iter().map(|it| it.workspace).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}
