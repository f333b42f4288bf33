//! Channels and their groups, in the compatible words integration and customer.

use postern_domain::channel::{Channel, Group, Health};
use postern_domain::time::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

/// A channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Integration {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The provider's identifier.
    pub identifier: String,
    /// Its picture.
    pub picture: Option<String>,
    /// Whether it is paused.
    pub disabled: bool,
    /// Its handle.
    pub profile: Option<String>,
    /// The group it is in; absent when it is in none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<Customer>,
    /// Whether its owner must connect it again; its posts are held meanwhile.
    pub refresh_needed: bool,
    /// Why, in words for its owner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_reason: Option<String>,
    /// When its access ends unless its owner connects it again; absent where that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_ends_at: Option<String>,
}

/// A group of channels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Customer {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// Shows a channel; `groups` are those of its workspace.
pub fn integration_item(channel: &Channel, groups: &[Group]) -> Integration {
    let group = groups.iter().find(|group| Some(group.id) == channel.group);
    let reason = match &channel.health {
        Health::Connected => None,
        Health::NeedsReconnect { reason, .. } => Some(reason.clone()),
    };
    Integration {
        id: channel.id.to_string(),
        name: channel.name.clone(),
        identifier: channel.provider.to_string(),
        picture: channel.picture.clone(),
        disabled: channel.disabled,
        profile: Some(channel.handle.clone()).filter(|handle| !handle.is_empty()),
        customer: group.map(group_item),
        refresh_needed: reason.is_some(),
        refresh_reason: reason,
        access_ends_at: channel.grant_expires_at.map(Timestamp::to_rfc3339),
    }
}

/// A channel in a few words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ChannelRef {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The provider's identifier.
    pub identifier: String,
    /// Its picture.
    pub picture: Option<String>,
}

/// How a channel is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChannelHealth {
    /// The channel.
    #[serde(flatten)]
    pub channel: ChannelRef,
    /// `ok`, `access_ends` (soon), `paused` or `reconnect`.
    pub status: &'static str,
    /// Why, in words for its owner; none while it is ok.
    pub reason: Option<String>,
    /// Since when it must be connected again.
    pub since: Option<String>,
    /// When its access ends unless its owner connects it again; none where that is not known.
    pub access_ends_at: Option<String>,
}

/// Names a channel.
pub fn channel_ref(channel: &Channel) -> ChannelRef {
    ChannelRef {
        id: channel.id.to_string(),
        name: channel.name.clone(),
        identifier: channel.provider.to_string(),
        picture: channel.picture.clone(),
    }
}

/// Shows how a channel is; its access ends soon when it ends before `soon`.
pub fn channel_health(channel: &Channel, soon: Timestamp) -> ChannelHealth {
    let ends_at = channel.grant_expires_at;
    let (status, reason, since) = match &channel.health {
        Health::NeedsReconnect { reason, since } => {
            let since = since.to_rfc3339();
            ("reconnect", Some(reason.clone()), Some(since))
        }
        Health::Connected if channel.disabled => ("paused", Some("somebody paused it".to_owned()), None),
        Health::Connected if ends_at.is_some_and(|end| end < soon) => {
            let reason = "its access ends soon and can only be renewed by connecting it again";
            ("access_ends", Some(reason.to_owned()), None)
        }
        Health::Connected => ("ok", None, None),
    };
    ChannelHealth {
        channel: channel_ref(channel),
        status,
        reason,
        since,
        access_ends_at: ends_at.map(Timestamp::to_rfc3339),
    }
}

/// Shows a group.
pub fn group_item(group: &Group) -> Customer {
    Customer {
        id: group.id.to_string(),
        name: group.name.clone(),
    }
}
