//! Announcements and lines of the audit log.

use postern_domain::actor::Actor;
use postern_domain::event::Event;
use postern_domain::id::AnnouncementId;
use postern_domain::ports::{Announcement, StorageError};
use postern_domain::time::Timestamp;
use postern_entities::{audit, outbox};
use sea_orm::ActiveValue::{NotSet, Set};
use serde_json::{Value as Json, json};

use super::{Reader, RowId, instant, timestamp};

/// The kind of a row that holds several.
const PARCEL: &str = "parcel";

/// The kinds of rows that this program can read.
pub(crate) fn kinds() -> impl Iterator<Item = &'static str> {
    Event::KINDS.into_iter().chain([PARCEL])
}

/// One row for announcements of one call; there is at least one.
pub(crate) fn to_row(parcel: &[Announcement]) -> outbox::Model {
    let first = parcel.first();
    let (kind, fields, traceparent) = match parcel {
        [one] => (
            one.event.kind(),
            fields_to_json(&one.event),
            one.traceparent.clone(),
        ),
        several => (PARCEL, Json::Array(several.iter().map(to_json).collect()), None),
    };
    outbox::Model {
        id: first.map(|it| it.id.to_uuid()).unwrap_or_default(),
        kind: kind.to_owned(),
        fields,
        traceparent,
        at: instant(first.map(|it| it.at).unwrap_or_default()),
    }
}

fn to_json(announcement: &Announcement) -> Json {
    json!([
        announcement.event.kind(),
        fields_to_json(&announcement.event),
        announcement.traceparent
    ])
}

fn fields_to_json(event: &Event) -> Json {
    let fields = event.fields().into_iter();
    Json::Object(fields.map(|(name, value)| (name, Json::String(value))).collect())
}

/// What a row holds; all of it has the row's id.
pub(crate) fn from_row(row: outbox::Model) -> Result<Vec<Announcement>, StorageError> {
    let id = AnnouncementId::of(row.id);
    let reader = Reader::new("outbox", &id);
    let at = timestamp(row.at);
    let announcement = |event: Option<Event>, traceparent: Option<String>| {
        Ok(Announcement {
            id,
            event: event.ok_or_else(|| reader.corrupt("fields"))?,
            traceparent,
            at,
        })
    };
    if row.kind != PARCEL {
        return Ok(vec![announcement(
            event_of(&row.kind, &row.fields),
            row.traceparent,
        )?]);
    }
    let several = row.fields.as_array().ok_or_else(|| reader.corrupt("fields"))?;
    several
        .iter()
        .map(|one| {
            let kind = one.get(0).and_then(Json::as_str).unwrap_or_default();
            let event = one.get(1).and_then(|fields| event_of(kind, fields));
            let traceparent = one.get(2).and_then(Json::as_str);
            announcement(event, traceparent.map(str::to_owned))
        })
        .collect()
}

fn event_of(kind: &str, fields: &Json) -> Option<Event> {
    let fields: Vec<(String, String)> = fields
        .as_object()?
        .iter()
        .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
        .collect();
    Event::read(kind, &fields)
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
