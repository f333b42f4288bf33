//! The outbox and the audit log.

use async_trait::async_trait;
use postern_domain::actor::Actor;
use postern_domain::event::Event;
use postern_domain::id::AnnouncementId;
use postern_domain::ports::{Announcement, Outbox, StorageError};
use postern_domain::time::Timestamp;
use postern_entities::audit;
use postern_entities::outbox::{Column, Entity, Model};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::batches::{LIST, insert_all};
use crate::error::failure;
use crate::rows::outbox::{audit_row, from_row, to_row};
use crate::rows::uuids;
use crate::unit::Work;

#[async_trait]
impl Outbox for Work {
    async fn announce(&self, announcements: &[Announcement]) -> Result<(), StorageError> {
        let rows: Vec<Model> = announcements.iter().map(to_row).collect();
        insert_all::<Entity>(self, &rows).await
    }

    async fn unsent(&self, limit: u32) -> Result<Vec<Announcement>, StorageError> {
        // A kind that a newer program wrote is left to it, so that it does not stand before the others.
        let oldest = Entity::find()
            .filter(Column::Kind.is_in(Event::KINDS))
            .order_by_asc(Column::Id)
            .limit(u64::from(limit));
        let rows = self.locked_of_free(oldest).all(self.db()).await;
        Ok(rows
            .map_err(failure)?
            .into_iter()
            .filter_map(|row| from_row(row).ok())
            .collect())
    }

    async fn mark_sent(&self, ids: &[AnnouncementId]) -> Result<(), StorageError> {
        for some in ids.chunks(LIST) {
            Entity::delete_many()
                .filter(Column::Id.is_in(uuids(some)))
                .exec(self.db())
                .await
                .map_err(failure)?;
        }
        Ok(())
    }

    async fn audit(
        &self,
        actor: &Actor,
        action: &str,
        subject: &str,
        at: Timestamp,
    ) -> Result<(), StorageError> {
        audit::Entity::insert(audit_row(actor, action, subject, at))
            .exec_without_returning(self.db())
            .await
            .map(drop)
            .map_err(failure)
    }
}
