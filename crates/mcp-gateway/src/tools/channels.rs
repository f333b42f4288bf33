//! Channels as arguments: their ids, and what is said to one that does not exist.

use postern_domain::channel::Channel;
use postern_domain::id::ChannelId;
use postern_domain::{BackendError, Code, Problem};

use crate::answer::Refused;
use crate::nearest::nearest;
use crate::tools::Call;

/// Most channels that are named in a refusal.
const NAMED: usize = 20;

/// The channels of the workspace, as far as the key may see them.
pub(super) struct Known(Option<Vec<Channel>>);

/// Reads a channel's id.
pub(super) fn channel_id(text: &str) -> Option<ChannelId> {
    text.trim().parse().ok()
}

impl Known {
    /// Looks the channels up. A key that may not list them gets along without: the backend checks each anyway.
    pub(super) async fn of(call: &Call<'_>) -> Result<Self, BackendError> {
        match call.shared.backend.channels(call.actor(), None).await {
            Ok(channels) => Ok(Self(Some(channels))),
            Err(BackendError::Forbidden(_)) => Ok(Self(None)),
            Err(error) => Err(error),
        }
    }

    /// The channel with this id: nothing where it certainly does not exist.
    pub(super) fn find(&self, text: &str) -> Option<(ChannelId, Option<&Channel>)> {
        let id = channel_id(text)?;
        let Some(channels) = &self.0 else {
            return Some((id, None));
        };
        channels
            .iter()
            .find(|channel| channel.id == id)
            .map(|channel| (id, Some(channel)))
    }

    /// The problem with an id that does not exist, with the channels that were probably meant.
    pub(super) fn problem(&self, field: &str, given: &str) -> Problem {
        let channels = self.0.as_deref().unwrap_or_default();
        let ids: Vec<String> = channels.iter().map(|channel| channel.id.to_string()).collect();
        let names: Vec<&str> = channels.iter().map(|channel| channel.name.as_str()).collect();
        let by_name =
            nearest(given, &names).and_then(|name| channels.iter().find(|channel| channel.name == name));
        let by_id = nearest(given, &ids.iter().map(String::as_str).collect::<Vec<_>>())
            .and_then(|id| channels.iter().find(|channel| channel.id.to_string() == id));
        let fix = match by_name.or(by_id) {
            Some(near) => format!(
                "did you mean {} ({} on {})? Otherwise use an id from integrationList",
                near.id, near.name, near.provider
            ),
            None => "use an id from integrationList".to_owned(),
        };
        let listed: Vec<_> = channels
            .iter()
            .take(NAMED)
            .map(|near| format!("{} ({} on {})", near.id, near.name, near.provider))
            .collect();
        let problem = Problem::new(
            Code::UnknownChannel,
            field,
            "is not a channel of this workspace",
            fix,
        )
        .given(given);
        if listed.is_empty() {
            problem
        } else {
            problem.allowed(listed.join(", "))
        }
    }

    /// The refusal of one id.
    pub(super) fn refuse(&self, field: &str, given: &str) -> Refused {
        Refused::new(vec![self.problem(field, given)])
            .next("call integrationList for the channels of this workspace.")
    }
}
