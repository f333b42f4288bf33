//! Publications: the plan, what is due, and what came of it.

mod bulk;
mod evidence;
mod fair;
mod find;
mod leases;
mod plan;
mod release;
mod save;

use std::collections::HashSet;

use async_trait::async_trait;
use postern_domain::id::{ChannelId, PostId, PublicationId, WorkspaceId};
use postern_domain::ports::{AttemptRow, HowMany, PublicationStore, Saved, StorageError};
use postern_domain::post::PostState;
use postern_domain::publication::{Attempt, Lease, Publication, Release, State};
use postern_domain::rate::{Budget, Planned};
use postern_domain::time::Timestamp;

use crate::unit::{Executor, Work};

pub(crate) use find::{names, whole};
pub(crate) use save::insertion;

/// Stores what changed in workers' hands, as one statement.
pub(crate) async fn in_hand(
    db: &Executor,
    publications: &[Publication],
) -> Result<HashSet<PublicationId>, StorageError> {
    let stored = bulk::update_in_hand(db, publications).await?;
    Ok(stored.into_iter().collect())
}

#[async_trait]
impl PublicationStore for Work {
    #[tracing::instrument(name = "storage.publications.insert", level = "debug", skip_all)]
    async fn insert_publications(&self, publications: &[Publication]) -> Result<(), StorageError> {
        save::add(self, publications).await
    }

    #[tracing::instrument(name = "storage.publications.save", level = "debug", skip_all)]
    async fn save_publications(
        &self,
        publications: &[Publication],
    ) -> Result<Vec<(PostId, PostState)>, StorageError> {
        save::save(self, publications).await
    }

    #[tracing::instrument(name = "storage.publications.save_leases", level = "debug", skip_all)]
    async fn save_leases(&self, publications: &[Publication]) -> Result<(), StorageError> {
        save::save_leases(self, publications).await
    }

    #[tracing::instrument(name = "storage.publications.save_unchanged", level = "debug", skip_all)]
    async fn save_unchanged(&self, publications: &[Publication]) -> Result<Saved, StorageError> {
        save::save_unchanged(self, publications).await
    }

    #[tracing::instrument(name = "storage.publications.save_in_hand", level = "debug", skip_all)]
    async fn save_in_hand(
        &self,
        publications: &[Publication],
    ) -> Result<HashSet<PublicationId>, StorageError> {
        in_hand(self.db(), publications).await
    }

    async fn delete_publications(&self, ids: &[PublicationId]) -> Result<(), StorageError> {
        save::delete(self, ids).await
    }

    async fn publication(
        &self,
        workspace: WorkspaceId,
        id: PublicationId,
    ) -> Result<Option<Publication>, StorageError> {
        find::one(self, workspace, id).await
    }

    async fn publications_of(
        &self,
        workspace: WorkspaceId,
        posts: &[PostId],
    ) -> Result<Vec<Publication>, StorageError> {
        find::of_posts(self, workspace, posts).await
    }

    async fn publications_by_id(&self, ids: &[PublicationId]) -> Result<Vec<Publication>, StorageError> {
        find::by_id(self, ids).await
    }

    #[tracing::instrument(name = "storage.publications.due", level = "debug", skip_all)]
    async fn due(&self, now: Timestamp, limit: u32, in_hand: u32) -> Result<Vec<Publication>, StorageError> {
        fair::due(self, now, limit, in_hand).await
    }

    async fn lapsed(&self, now: Timestamp, limit: u32) -> Result<Vec<Publication>, StorageError> {
        leases::lapsed(self, now, limit).await
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, StorageError> {
        leases::next_due(self).await
    }

    async fn extend_leases(&self, leases: &[Lease], until: Timestamp) -> Result<Vec<Lease>, StorageError> {
        leases::extend(self, leases, until).await
    }

    async fn publications_on(
        &self,
        channel: ChannelId,
        states: &[State],
    ) -> Result<Vec<Publication>, StorageError> {
        find::on_channel(self, channel, states).await
    }

    async fn planned_times(
        &self,
        channel: ChannelId,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<Timestamp>, StorageError> {
        find::planned_times(self, channel, from, until).await
    }

    #[tracing::instrument(name = "storage.publications.planned", level = "debug", skip_all)]
    async fn planned(
        &self,
        budget: &Budget,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<Planned>, StorageError> {
        plan::planned(self, budget, from, until).await
    }

    #[tracing::instrument(name = "storage.publications.planned_up_to", level = "debug", skip_all)]
    async fn planned_up_to(&self, questions: &[HowMany]) -> Result<Vec<u64>, StorageError> {
        plan::planned_up_to(self, questions).await
    }

    async fn publications_in(
        &self,
        workspace: WorkspaceId,
        states: &[State],
        limit: u32,
    ) -> Result<Vec<Publication>, StorageError> {
        find::in_states(self, workspace, states, limit).await
    }

    async fn publications_between(
        &self,
        workspace: WorkspaceId,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<Publication>, StorageError> {
        find::between(self, workspace, from, until).await
    }

    async fn count_publications_in(
        &self,
        workspace: WorkspaceId,
        states: &[State],
    ) -> Result<u64, StorageError> {
        find::count_in_states(self, workspace, states).await
    }

    async fn name_release(
        &self,
        publication: PublicationId,
        release: &Release,
    ) -> Result<bool, StorageError> {
        release::name(self, publication, release).await
    }

    async fn insert_attempts(&self, rows: &[AttemptRow]) -> Result<(), StorageError> {
        evidence::insert(self, rows);
        Ok(())
    }

    async fn attempts(
        &self,
        workspace: WorkspaceId,
        publication: PublicationId,
    ) -> Result<Vec<Attempt>, StorageError> {
        evidence::of(self, workspace, publication).await
    }
}
