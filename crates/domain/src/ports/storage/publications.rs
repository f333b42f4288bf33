//! Publications and attempts as they are stored.

use std::collections::HashSet;

use async_trait::async_trait;

use super::StorageError;
use crate::id::{ChannelId, PostId, PublicationId, WorkspaceId};
use crate::post::PostState;
use crate::publication::{Attempt, Lease, Publication, Release, State};
use crate::rate::{Budget, Planned};
use crate::time::Timestamp;

/// An attempt with the workspace it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptRow {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The attempt.
    pub attempt: Attempt,
}

/// A question about the plan: how many entries count against a budget between two instants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HowMany {
    /// Whose plan it is.
    pub budget: Budget,
    /// After which instant.
    pub from: Timestamp,
    /// Before which instant.
    pub until: Timestamp,
    /// Whether there are more than this is all that matters; above it any number may be answered.
    pub most: u32,
}

/// What was stored of changed publications.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Saved {
    /// The publications.
    pub stored: HashSet<PublicationId>,
    /// The states of their posts as a whole, in no order.
    pub sums: Vec<(PostId, PostState)>,
}

/// Publications.
#[async_trait]
pub trait PublicationStore {
    /// Stores new publications.
    async fn insert_publications(&self, publications: &[Publication]) -> Result<(), StorageError>;
    /// Stores changed publications that this unit locked, with all that changed, releases included. Answers the states
    /// of their posts as a whole, in no order.
    async fn save_publications(
        &self,
        publications: &[Publication],
    ) -> Result<Vec<(PostId, PostState)>, StorageError>;
    /// Stores the leases that were given to publications that this unit locked, and nothing else about them. Their
    /// posts are under way then.
    async fn save_leases(&self, publications: &[Publication]) -> Result<(), StorageError>;
    /// Stores what a report changed of publications that were read without a lock, maybe in an earlier unit: those that
    /// nobody has stored since, by their revision, which is one higher then. Releases are a part of it; what authors
    /// choose is not.
    async fn save_unchanged(&self, publications: &[Publication]) -> Result<Saved, StorageError>;
    /// The same for publications in a worker's hand and what changes there: state, holder, end of the lease, step,
    /// arming and searches. Their posts stay under way. Answers what was stored.
    async fn save_in_hand(
        &self,
        publications: &[Publication],
    ) -> Result<HashSet<PublicationId>, StorageError>;
    /// Forgets publications of a post whose channel was taken out before anything went out.
    async fn delete_publications(&self, ids: &[PublicationId]) -> Result<(), StorageError>;
    /// One publication, locked for this unit of work where it may write.
    async fn publication(
        &self,
        workspace: WorkspaceId,
        id: PublicationId,
    ) -> Result<Option<Publication>, StorageError>;
    /// All publications of posts, locked for this unit of work where it may write, in the order they were made.
    async fn publications_of(
        &self,
        workspace: WorkspaceId,
        posts: &[PostId],
    ) -> Result<Vec<Publication>, StorageError>;
    /// Publications by id over all workspaces, locked; for services.
    async fn publications_by_id(&self, ids: &[PublicationId]) -> Result<Vec<Publication>, StorageError>;
    /// Due publications over all workspaces, oldest first, locked and skipping what others have locked: leasable
    /// states with `due_at` passed. Where more than `limit` are due the channels take turns, and no channel gets
    /// more than make its leased ones `in_hand`.
    async fn due(&self, now: Timestamp, limit: u32, in_hand: u32) -> Result<Vec<Publication>, StorageError>;
    /// Publications whose lease has lapsed, locked and skipping what others have locked.
    async fn lapsed(&self, now: Timestamp, limit: u32) -> Result<Vec<Publication>, StorageError>;
    /// The earliest `due_at` or `lease_until`.
    async fn next_due(&self) -> Result<Option<Timestamp>, StorageError>;
    /// Moves `lease_until` of held leases; answers those whose fencing number still held.
    async fn extend_leases(&self, leases: &[Lease], until: Timestamp) -> Result<Vec<Lease>, StorageError>;
    /// Publications of a channel in one of these states, locked.
    async fn publications_on(
        &self,
        channel: ChannelId,
        states: &[State],
    ) -> Result<Vec<Publication>, StorageError>;
    /// Publish times already planned on a channel in this span, whatever the state but cancelled.
    async fn planned_times(
        &self,
        channel: ChannelId,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<Timestamp>, StorageError>;
    /// What is planned or was sent between two instants and counts against a budget, summed up by instant.
    async fn planned(
        &self,
        budget: &Budget,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<Planned>, StorageError>;
    /// For each question how many entries are planned or were sent, where counting ends above what is asked about.
    async fn planned_up_to(&self, questions: &[HowMany]) -> Result<Vec<u64>, StorageError>;
    /// Publications of a workspace in one of these states, most recently changed first.
    async fn publications_in(
        &self,
        workspace: WorkspaceId,
        states: &[State],
        limit: u32,
    ) -> Result<Vec<Publication>, StorageError>;
    /// Publications of a workspace whose publish time lies in this span; for figures.
    async fn publications_between(
        &self,
        workspace: WorkspaceId,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<Publication>, StorageError>;
    /// How many publications of a workspace are in one of these states.
    async fn count_publications_in(
        &self,
        workspace: WorkspaceId,
        states: &[State],
    ) -> Result<u64, StorageError>;
    /// Gives a release that has no known id of the platform its id; answers whether there was one.
    async fn name_release(&self, publication: PublicationId, release: &Release)
    -> Result<bool, StorageError>;
    /// Stores attempts.
    async fn insert_attempts(&self, rows: &[AttemptRow]) -> Result<(), StorageError>;
    /// The attempts of a publication, oldest first.
    async fn attempts(
        &self,
        workspace: WorkspaceId,
        publication: PublicationId,
    ) -> Result<Vec<Attempt>, StorageError>;
}
