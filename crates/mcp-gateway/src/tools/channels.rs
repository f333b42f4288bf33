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

    /// The channel that is meant: by its id, or by handle, name or platform where only one fits.
    ///
    /// A key that may not list channels has to send ids.
    pub(super) fn meant(
        &self,
        field: &str,
        text: &str,
    ) -> Result<(ChannelId, Option<&Channel>), Box<Problem>> {
        if let Some(found) = self.find(text) {
            return Ok(found);
        }
        let said = text.trim().trim_start_matches('@').to_lowercase();
        let said = if said == "twitter" { "x" } else { said.as_str() };
        let fits: [fn(&Channel) -> String; 3] = [
            |channel| channel.handle.to_lowercase(),
            |channel| channel.name.to_lowercase(),
            |channel| channel.provider.to_string(),
        ];
        let channels = self.0.as_deref().unwrap_or_default();
        for fit in fits {
            let fitting: Vec<_> = channels.iter().filter(|channel| fit(channel) == said).collect();
            match fitting.as_slice() {
                [] => {}
                [only] => return Ok((only.id, Some(only))),
                several => {
                    let listed: Vec<_> = several.iter().take(NAMED).map(|channel| named(channel)).collect();
                    let (detail, fix) = ("may mean several channels", "use the id of the one that is meant");
                    let problem = Problem::new(Code::UnknownChannel, field, detail, fix).given(text);
                    return Err(Box::new(problem.allowed(listed.join(", "))));
                }
            }
        }
        Err(Box::new(self.problem(field, text)))
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
        let listed: Vec<_> = channels.iter().take(NAMED).map(named).collect();
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

fn named(channel: &Channel) -> String {
    format!("{} ({} on {})", channel.id, channel.name, channel.provider)
}
