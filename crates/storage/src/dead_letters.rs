//! Announcements that were laid aside.

use async_trait::async_trait;
use postern_domain::dead_letter::{DeadLetter, DeadLetterId};
use postern_domain::event::Event;
use postern_domain::id::AnnouncementId;
use postern_domain::ports::{DeadLetterStore, StorageError};
use postern_domain::time::Timestamp;
use postern_entities::dead_letter::{Column, Entity, Model};
use postern_entities::outbox;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::batches::insert_all;
use crate::error::failure;
use crate::lists::among;
use crate::rows::outbox::from_row;
use crate::rows::{RowId, instant, timestamp, uuids};
use crate::unit::Work;

#[async_trait]
impl DeadLetterStore for Work {
    async fn bury(&self, ids: &[AnnouncementId], reason: &str, now: Timestamp) -> Result<u64, StorageError> {
        self.catch_up().await?;
        let taken = outbox::Entity::delete_many()
            .filter(among(self, outbox::Column::Id, uuids(ids)))
            .exec_with_returning(self.db())
            .await
            .map_err(failure)?;
        let rows: Vec<Model> = taken
            .into_iter()
            .map(|row| laid_aside(row, reason, now))
            .collect();
        insert_all::<Entity>(self, &rows).await?;
        Ok(rows.len() as u64)
    }

    async fn unreadable(&self, before: Timestamp, limit: u32) -> Result<Vec<AnnouncementId>, StorageError> {
        self.catch_up().await?;
        let rows = outbox::Entity::find()
            .filter(outbox::Column::At.lt(instant(before)))
            .order_by_asc(outbox::Column::Id)
            .limit(u64::from(limit));
        let rows = self.locked_of_free(rows).all(self.db()).await.map_err(failure)?;
        Ok(rows
            .into_iter()
            .filter_map(|row| {
                let id = AnnouncementId::of(row.id);
                from_row(row).is_err().then_some(id)
            })
            .collect())
    }

    async fn buried(&self, limit: u32) -> Result<Vec<DeadLetter>, StorageError> {
        let rows = Entity::find()
            .order_by_desc(Column::BuriedAt)
            .order_by_desc(Column::Id)
            .limit(u64::from(limit))
            .all(self.db())
            .await
            .map_err(failure)?;
        Ok(rows.into_iter().map(shown).collect())
    }

    async fn count_buried(&self) -> Result<u64, StorageError> {
        Entity::find().count(self.db()).await.map_err(failure)
    }

    async fn unbury(&self, id: AnnouncementId) -> Result<bool, StorageError> {
        let taken = Entity::delete_many()
            .filter(Column::Id.eq(id.to_uuid()))
            .exec_with_returning(self.db())
            .await
            .map_err(failure)?;
        let rows: Vec<outbox::Model> = taken.into_iter().map(sent_again).collect();
        insert_all::<outbox::Entity>(self, &rows).await?;
        Ok(!rows.is_empty())
    }

    async fn outbox_depth(&self) -> Result<(u64, Option<Timestamp>), StorageError> {
        self.catch_up().await?;
        let waiting = outbox::Entity::find().count(self.db()).await.map_err(failure)?;
        let oldest = outbox::Entity::find()
            .order_by_asc(outbox::Column::Id)
            .one(self.db())
            .await
            .map_err(failure)?;
        Ok((waiting, oldest.map(|row| timestamp(row.at))))
    }
}

fn laid_aside(row: outbox::Model, reason: &str, now: Timestamp) -> Model {
    Model {
        id: row.id,
        kind: row.kind,
        fields: row.fields,
        traceparent: row.traceparent,
        at: row.at,
        reason: reason.to_owned(),
        buried_at: instant(now),
    }
}

/// It keeps its id and age: what cannot be read is laid aside again by the next round.
fn sent_again(row: Model) -> outbox::Model {
    outbox::Model {
        id: row.id,
        kind: row.kind,
        fields: row.fields,
        traceparent: row.traceparent,
        at: row.at,
    }
}

fn shown(row: Model) -> DeadLetter {
    let fields: Vec<(String, String)> = row
        .fields
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
        .collect();
    let post = match Event::read(&row.kind, &fields) {
        Some(Event::PostChanged { post, .. }) => Some(post),
        Some(Event::PublicationDue { .. } | Event::ChannelChanged { .. } | Event::ScheduleChanged) | None => {
            None
        }
    };
    DeadLetter {
        id: DeadLetterId::Announcement(AnnouncementId::of(row.id)),
        kind: row.kind,
        reason: row.reason,
        post,
        at: timestamp(row.buried_at),
    }
}

#[cfg(test)]
mod tests {
    use postern_domain::ports::Storage;
    use sea_orm::ConnectionTrait;

    use super::*;
    use crate::trial::Trial;

    /// What a newer program, or a defect, may leave behind, before what is understood.
    const STRANGE: [(&str, &str); 2] = [("something.new", "{}"), ("post.changed", "[]")];

    async fn check(trial: &Trial) {
        let fill = |number: usize, kind: &str, fields: &str| {
            format!(
                "INSERT INTO outbox (id, kind, fields, at) VALUES ({}, '{kind}', '{fields}', '2026-01-01T00:00:00+00:00')",
                id_literal(trial, number),
            )
        };
        for (number, (kind, fields)) in (1..).zip(STRANGE) {
            trial
                .database
                .writer()
                .execute_unprepared(&fill(number, kind, fields))
                .await
                .unwrap();
        }
        let good = fill(9, "schedule.changed", "{}");
        trial.database.writer().execute_unprepared(&good).await.unwrap();
        let unit = trial.database.begin().await.unwrap();
        assert_eq!(unit.unsent(10).await.unwrap().len(), 1);
        let early = Timestamp::parse("2026-01-01T00:00:00Z").unwrap();
        let late = Timestamp::parse("2026-01-01T00:00:01Z").unwrap();
        assert_eq!(unit.unreadable(early, 10).await.unwrap(), []);
        let strange = unit.unreadable(late, 10).await.unwrap();
        assert_eq!(strange.len(), STRANGE.len());
        unit.bury(&strange, "nobody understands it", late).await.unwrap();
        let kinds: Vec<String> = unit
            .buried(10)
            .await
            .unwrap()
            .into_iter()
            .map(|it| it.kind)
            .collect();
        assert_eq!(kinds, ["post.changed", "something.new"]);
        unit.commit().await.unwrap();
    }

    /// An id as each database keeps it: 16 bytes, or a UUID.
    fn id_literal(trial: &Trial, number: usize) -> String {
        if trial.options.url.starts_with("sqlite") {
            format!("X'{number:032x}'")
        } else {
            let digits = format!("{number:032x}");
            format!("'{digits}'")
        }
    }

    #[tokio::test]
    async fn what_nobody_understands_is_laid_aside_on_sqlite() {
        check(&Trial::sqlite().await).await;
    }

    #[tokio::test]
    async fn what_nobody_understands_is_laid_aside_on_postgres() {
        let Some(trial) = Trial::postgres("letters").await else {
            return;
        };
        check(&trial).await;
        trial.remove().await;
    }
}
