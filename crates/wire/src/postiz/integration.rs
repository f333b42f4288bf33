//! Channels and their groups, in the compatible words integration and customer.

use postern_domain::channel::{Channel, Group, Health};
use postern_domain::time::Timestamp;
use serde::Serialize;

/// A channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
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

/// Shows a group.
pub fn group_item(group: &Group) -> Customer {
    Customer {
        id: group.id.to_string(),
        name: group.name.clone(),
    }
}
