//! Announcements and lines of the audit log.

use postern_domain::actor::Actor;
use postern_domain::event::Event;
use postern_domain::id::AnnouncementId;
use postern_domain::ports::{Announcement, StorageError};
use postern_domain::time::Timestamp;
use postern_entities::{audit, outbox};
use sea_orm::ActiveValue::{NotSet, Set};
use serde_json::Value as Json;

use super::{Reader, RowId, instant, timestamp};

pub(crate) fn to_row(announcement: &Announcement) -> outbox::Model {
    let fields = announcement.event.fields();
    let fields = fields
        .into_iter()
        .map(|(name, value)| (name, Json::String(value)));
    outbox::Model {
        id: announcement.id.to_uuid(),
        kind: announcement.event.kind().to_owned(),
        fields: Json::Object(fields.collect()),
        traceparent: announcement.traceparent.clone(),
        at: instant(announcement.at),
    }
}

pub(crate) fn from_row(row: outbox::Model) -> Result<Announcement, StorageError> {
    let id = AnnouncementId::of(row.id);
    let reader = Reader::new("outbox", &id);
    let fields: Vec<(String, String)> = row
        .fields
        .as_object()
        .ok_or_else(|| reader.corrupt("fields"))?
        .iter()
        .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
        .collect();
    Ok(Announcement {
        id,
        event: Event::read(&row.kind, &fields).ok_or_else(|| reader.corrupt("kind"))?,
        traceparent: row.traceparent,
        at: timestamp(row.at),
    })
}

pub(crate) fn audit_row(actor: &Actor, action: &str, subject: &str, at: Timestamp) -> audit::ActiveModel {
    audit::ActiveModel {
        id: NotSet,
        workspace_id: Set(actor.workspace.to_uuid()),
        person_id: Set(actor.person.map(RowId::to_uuid)),
        key_id: Set(actor.key.map(RowId::to_uuid)),
        name: Set(actor.name.clone()),
        door: Set(actor.door.as_str().to_owned()),
        action: Set(action.to_owned()),
        subject: Set(subject.to_owned()),
        at: Set(instant(at)),
    }
}
