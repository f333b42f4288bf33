//! `integrationList`: the channels that posts can go to.

use async_trait::async_trait;
use postern_domain::actor::Scope;
use postern_domain::channel::{Channel, Group, Health};
use postern_domain::id::GroupId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::answer::{Done, Stop};
use crate::schema::{self, Unknown};
use crate::tools::{Call, Effect, Set, Spec, Tool};

/// What clients show for a channel without a picture.
pub(super) const NO_PICTURE: &str = "/no-picture.jpg";

#[derive(Deserialize, JsonSchema)]
struct Arguments {
    /// Only channels of this group: an id from groupList
    #[serde(default)]
    group: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct Answer {
    /// The channels in the order they were connected.
    output: Vec<Integration>,
}

#[derive(Serialize, JsonSchema)]
struct Integration {
    /// The channel's id, to be used as integrationId.
    id: String,
    /// Its name.
    name: String,
    /// Its picture.
    picture: String,
    /// The platform's identifier, to be used with integrationSchema.
    platform: String,
    /// Its handle.
    display: String,
    /// Whether it is paused; nothing can be posted there then.
    disabled: bool,
    /// Whether it must be connected again before posts can go out.
    #[serde(rename = "refreshNeeded")]
    refresh_needed: bool,
    /// The group it is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    customer: Option<Customer>,
}

#[derive(Serialize, JsonSchema)]
struct Customer {
    /// The group's id.
    id: String,
    /// The group's name.
    name: String,
}

pub(super) struct IntegrationList;

#[async_trait]
impl Tool for IntegrationList {
    fn spec(&self) -> Spec {
        Spec {
            name: "integrationList",
            title: "List Integrations",
            description: "Lists the connected social media channels (accounts, pages, profiles) that posts can go to, \
                with their ids, names and platforms (mastodon, bluesky, x, linkedin and others). Call it before \
                scheduling: integrationSchedulePostTool and triggerTool take the ids from here, integrationSchema the \
                platform. Channels with disabled or refreshNeeded cannot publish until a person mends that in the web \
                UI. Channels cannot be connected or removed here. Optionally only one group from groupList.",
            scopes: &[Scope::ChannelsRead],
            set: Set::Channels,
            effect: Effect::READS,
            unknown: Unknown::Drop,
            aliases: &[],
            input: schema::input::<Arguments>(),
            output: schema::output::<Answer>(),
        }
    }

    async fn call(&self, call: &Call<'_>) -> Result<Done, Stop> {
        let Arguments { group } = call.read()?;
        let backend = &call.shared.backend;
        let wanted = match group
            .as_deref()
            .filter(|group| !group.trim().is_empty())
            .map(str::parse::<GroupId>)
        {
            // A group that does not exist has no channels.
            Some(Err(_)) => return Done::plain(&Answer { output: Vec::new() }),
            Some(Ok(group)) => Some(group),
            None => None,
        };
        let channels = backend.channels(call.actor(), wanted).await?;
        let groups = backend.groups(call.actor()).await?;
        Done::plain(&Answer {
            output: channels.iter().map(|channel| show(channel, &groups)).collect(),
        })
    }
}

fn show(channel: &Channel, groups: &[Group]) -> Integration {
    let group = groups.iter().find(|group| Some(group.id) == channel.group);
    Integration {
        id: channel.id.to_string(),
        name: channel.name.clone(),
        picture: channel.picture.clone().unwrap_or_else(|| NO_PICTURE.to_owned()),
        platform: channel.provider.to_string(),
        display: channel.handle.clone(),
        disabled: channel.disabled,
        refresh_needed: matches!(channel.health, Health::NeedsReconnect { .. }),
        customer: group.map(|group| Customer {
            id: group.id.to_string(),
            name: group.name.clone(),
        }),
    }
}
