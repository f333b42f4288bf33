//! The outbox and the audit log.

use async_trait::async_trait;
use postern_domain::actor::Actor;
use postern_domain::id::AnnouncementId;
use postern_domain::ports::{Announcement, Outbox, StorageError};
use postern_domain::time::Timestamp;
use postern_entities::audit;
use postern_entities::outbox::{Column, Entity, Model};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};
use serde_json::{Value as Json, json};

use crate::error::failure;
use crate::lists::among;
use crate::records;
use crate::rows::outbox::{audit_row, from_row, kinds, to_row};
use crate::rows::{moment, uuids};
use crate::unit::Work;

/// Most announcements that share a row: those of one call travel together, for a row each would cost more than what
/// they tell of.
const PARCEL: usize = 64;

const COLUMNS: [(&str, &str); 5] = [
    ("id", "uuid"),
    ("kind", "text"),
    ("fields", "jsonb"),
    ("traceparent", "text"),
    ("at", "timestamptz"),
];

fn to_json(row: &Model) -> Json {
    json!({
        "id": row.id.simple().to_string(),
        "kind": row.kind,
        "fields": row.fields,
        "traceparent": row.traceparent,
        "at": moment(row.at),
    })
}

#[async_trait]
impl Outbox for Work {
    async fn announce(&self, announcements: &[Announcement]) -> Result<(), StorageError> {
        let rows = announcements
            .chunks(PARCEL)
            .map(|parcel| to_json(&to_row(parcel)));
        let backend = self.db().get_database_backend();
        self.later(records::insertion(backend, "outbox", &COLUMNS, rows.collect()));
        Ok(())
    }

    async fn unsent(&self, limit: u32) -> Result<Vec<Announcement>, StorageError> {
        self.catch_up().await?;
        // A kind that a newer program wrote is left to it, so that it does not stand before the others.
        let oldest = Entity::find()
            .filter(Column::Kind.is_in(kinds()))
            .order_by_asc(Column::Id)
            .limit(u64::from(limit));
        let rows = self.locked_of_free(oldest).all(self.db()).await;
        Ok(rows
            .map_err(failure)?
            .into_iter()
            .filter_map(|row| from_row(row).ok())
            .flatten()
            .collect())
    }

    async fn mark_sent(&self, ids: &[AnnouncementId]) -> Result<(), StorageError> {
        if ids.is_empty() {
            return Ok(());
        }
        self.catch_up().await?;
        Entity::delete_many()
            .filter(among(self, Column::Id, uuids(ids)))
            .exec(self.db())
            .await
            .map(drop)
            .map_err(failure)
    }

    async fn audit(
        &self,
        actor: &Actor,
        action: &str,
        subject: &str,
        at: Timestamp,
    ) -> Result<(), StorageError> {
        let line = audit::Entity::insert(audit_row(actor, action, subject, at));
        self.later([line.build(self.db().get_database_backend())]);
        Ok(())
    }
}
