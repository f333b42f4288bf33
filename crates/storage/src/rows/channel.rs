//! Channels with their slots, credentials and connections.

use postern_domain::channel::{Channel, Health, Slot};
use postern_domain::id::{ChannelId, GroupId, WorkspaceId};
use postern_domain::manifest::ProviderId;
use postern_domain::ports::{ConnectAttempt, CredentialRow, StorageError};
use postern_entities::{channel, connect_attempt, credential, slot};

use super::json::{from_json, to_json};
use super::{Reader, RowId, big, instant, timestamp};

pub(crate) fn to_row(channel: &Channel) -> channel::Model {
    let (reason, since) = match &channel.health {
        Health::Connected => (None, None),
        Health::NeedsReconnect { reason, since } => (Some(reason.clone()), Some(instant(*since))),
    };
    channel::Model {
        id: channel.id.to_uuid(),
        workspace_id: channel.workspace.to_uuid(),
        provider: channel.provider.as_str().to_owned(),
        remote_id: channel.remote_id.clone(),
        name: channel.name.clone(),
        handle: channel.handle.clone(),
        picture: channel.picture.clone(),
        reconnect_reason: reason,
        reconnect_since: since,
        disabled: channel.disabled,
        details: to_json(&channel.details),
        group_id: channel.group.map(RowId::to_uuid),
        grant_expires_at: channel.grant_expires_at.map(instant),
        created_at: instant(channel.created_at),
        removed_at: None,
    }
}

pub(crate) fn from_row(row: channel::Model) -> Channel {
    let health = match (row.reconnect_reason, row.reconnect_since) {
        (Some(reason), Some(since)) => Health::NeedsReconnect {
            reason,
            since: timestamp(since),
        },
        (None, _) | (_, None) => Health::Connected,
    };
    Channel {
        id: ChannelId::of(row.id),
        workspace: WorkspaceId::of(row.workspace_id),
        provider: ProviderId::new(row.provider),
        remote_id: row.remote_id,
        name: row.name,
        handle: row.handle,
        picture: row.picture,
        health,
        disabled: row.disabled,
        details: from_json(row.details),
        group: row.group_id.map(GroupId::of),
        grant_expires_at: row.grant_expires_at.map(timestamp),
        created_at: timestamp(row.created_at),
    }
}

pub(crate) fn slot_to_row(channel: ChannelId, position: usize, slot: Slot) -> slot::Model {
    slot::Model {
        channel_id: channel.to_uuid(),
        position: i32::try_from(position).unwrap_or(i32::MAX),
        weekday: slot.weekday.map(i16::from),
        minute: i16::try_from(slot.minute).unwrap_or(i16::MAX),
    }
}

pub(crate) fn slot_from_row(row: &slot::Model) -> Result<Slot, StorageError> {
    let channel = ChannelId::of(row.channel_id);
    let reader = Reader::new("slot", &channel);
    let weekday = row.weekday.map(u8::try_from).transpose();
    Ok(Slot {
        weekday: weekday.map_err(|_| reader.corrupt("weekday"))?,
        minute: u16::try_from(row.minute).map_err(|_| reader.corrupt("minute"))?,
    })
}

/// A credential whose renewal nobody holds.
pub(crate) fn credential_to_row(row: &CredentialRow) -> credential::Model {
    credential::Model {
        channel_id: row.channel.to_uuid(),
        version: big(row.version),
        sealed: row.sealed.clone(),
        expires_at: row.expires_at.map(instant),
        ends_at: row.ends_at.map(instant),
        lease_until: None,
        renew_at: row.renew_at.map(instant),
    }
}

pub(crate) fn credential_from_row(row: credential::Model) -> Result<CredentialRow, StorageError> {
    let channel = ChannelId::of(row.channel_id);
    Ok(CredentialRow {
        channel,
        version: Reader::new("credential", &channel).big("version", row.version)?,
        sealed: row.sealed,
        expires_at: row.expires_at.map(timestamp),
        ends_at: row.ends_at.map(timestamp),
        renew_at: row.renew_at.map(timestamp),
    })
}

pub(crate) fn connection_to_row(attempt: &ConnectAttempt) -> connect_attempt::Model {
    connect_attempt::Model {
        provider: attempt.provider.as_str().to_owned(),
        state: attempt.state.clone(),
        workspace_id: attempt.workspace.to_uuid(),
        channel_id: attempt.channel.map(RowId::to_uuid),
        sealed: attempt.sealed.clone(),
        expires_at: instant(attempt.expires_at),
    }
}

pub(crate) fn connection_from_row(row: connect_attempt::Model) -> ConnectAttempt {
    ConnectAttempt {
        state: row.state,
        workspace: WorkspaceId::of(row.workspace_id),
        provider: ProviderId::new(row.provider),
        channel: row.channel_id.map(ChannelId::of),
        sealed: row.sealed,
        expires_at: timestamp(row.expires_at),
    }
}
