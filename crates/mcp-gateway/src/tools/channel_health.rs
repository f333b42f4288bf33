//! `channel_health`: whether posts can go out on each channel.

use async_trait::async_trait;
use postern_domain::Timestamp;
use postern_domain::actor::Scope;
use postern_domain::channel::{Channel, Health};
use postern_domain::pause::{Pause, PauseScope};
use postern_domain::time::Zone;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::answer::{Done, Stop};
use crate::schema::{self, Unknown};
use crate::shape::moment::Moment;
use crate::tools::channels::Known;
use crate::tools::{Call, Effect, Set, Spec, Tool};

/// A grant that ends within these days is worth a warning.
const SOON_DAYS: u64 = 14;

#[derive(Deserialize, JsonSchema)]
struct Arguments {
    /// Only this channel: its id from integrationList, or a handle, name or platform that only one has
    #[serde(default)]
    channel: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct Answer {
    /// Whether posts can go out on all of them.
    all_ready: bool,
    /// The channels, those that want attention first.
    channels: Vec<ChannelOut>,
}

#[derive(Serialize, JsonSchema)]
struct ChannelOut {
    /// Its id.
    id: String,
    /// Its name.
    name: String,
    /// Its handle.
    handle: String,
    /// The platform.
    platform: String,
    /// ready, ending_soon, paused or reconnect.
    state: &'static str,
    /// Whether posts go out now.
    ready: bool,
    /// What is wrong and what to do, where something is.
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<String>,
    /// Since when it must be connected again.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<Moment>,
    /// When the permission that its owner gave ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    grant_ends_at: Option<Moment>,
}

pub(super) struct ChannelHealth;

#[async_trait]
impl Tool for ChannelHealth {
    fn spec(&self) -> Spec {
        Spec {
            name: "channel_health",
            title: "Channel health",
            description: "Tells for each connected social media channel whether posts can go out: ready, paused, must \
                be connected again, or its permission ends soon, with what to do about it. Use it when the user asks \
                why nothing was posted, or whether all accounts work. Reads what is stored and asks no platform. A \
                person connects channels again in the web UI; the pause tool resumes.",
            scopes: &[Scope::ChannelsRead],
            set: Set::Channels,
            effect: Effect::READS,
            unknown: Unknown::Refuse,
            aliases: &[],
            input: schema::input::<Arguments>(),
            output: schema::output::<Answer>(),
        }
    }

    async fn call(&self, call: &Call<'_>) -> Result<Done, Stop> {
        let Arguments { channel } = call.read()?;
        let backend = &call.shared.backend;
        let only = match &channel {
            Some(text) => Some(Known::of(call).await?.meant("/channel", text)?.0),
            None => None,
        };
        let (channels, pauses) = (backend.channels(call.actor(), None), backend.pauses(call.actor()));
        let (channels, pauses) = tokio::try_join!(channels, pauses)?;
        let zone = call.shared.zone_of(call.actor()).await?;
        let now = call.shared.clock.now();
        let wanted = channels
            .iter()
            .filter(|channel| only.is_none_or(|only| only == channel.id));
        let mut shown: Vec<_> = wanted.map(|channel| show(channel, &pauses, now, &zone)).collect();
        shown.sort_by_key(|channel| channel.fix.is_none());
        let troubled = shown.iter().filter(|channel| channel.fix.is_some());
        let troubles: Vec<_> = troubled
            .map(|channel| format!("{} ({}): {}", channel.name, channel.platform, channel.state))
            .collect();
        let summary = match (shown.len(), troubles.is_empty()) {
            (0, _) => "No channel is connected; a person connects one in the web UI.".to_owned(),
            (count, true) => format!("All {count} channels are ready."),
            (count, false) => format!(
                "{} of {count} channels want attention. {}.",
                troubles.len(),
                troubles.join("; ")
            ),
        };
        let answer = Answer {
            all_ready: shown.iter().all(|channel| channel.ready),
            channels: shown,
        };
        Done::told(summary, &answer)
    }
}

fn show(channel: &Channel, pauses: &[Pause], now: Timestamp, zone: &Zone) -> ChannelOut {
    let moment = |at: Timestamp| Moment::new(at, zone);
    let (state, fix, since) = stand(channel, pauses, now);
    ChannelOut {
        id: channel.id.to_string(),
        name: channel.name.clone(),
        handle: channel.handle.clone(),
        platform: channel.provider.to_string(),
        state,
        ready: matches!(state, "ready" | "ending_soon"),
        fix,
        since: since.map(moment),
        grant_ends_at: channel.grant_expires_at.map(moment),
    }
}

/// How a channel stands, what to do about it, and since when.
fn stand(
    channel: &Channel,
    pauses: &[Pause],
    now: Timestamp,
) -> (&'static str, Option<String>, Option<Timestamp>) {
    if let Health::NeedsReconnect { reason, since } = &channel.health {
        let fix = format!(
            "its owner connects it again in the web UI under Channels ({reason}); its posts are held until then"
        );
        return ("reconnect", Some(fix), Some(*since));
    }
    let above = pauses.iter().find(|pause| match pause.scope {
        PauseScope::Channel(id) => id == channel.id,
        PauseScope::Workspace(_) | PauseScope::Instance => true,
    });
    if let Some(pause) = above {
        let fix = format!("the {} is paused; the tool pause resumes it", pause.scope.kind());
        return ("paused", Some(fix), Some(pause.since));
    }
    if channel.disabled {
        return (
            "paused",
            Some("the channel is paused; the tool pause resumes it".to_owned()),
            None,
        );
    }
    let soon = now.plus(std::time::Duration::from_hours(24 * SOON_DAYS));
    match channel.grant_expires_at.filter(|end| *end < soon) {
        Some(_) => {
            let fix = "its owner connects it again in the web UI before grant_ends_at";
            ("ending_soon", Some(fix.to_owned()), None)
        }
        None => ("ready", None, None),
    }
}
