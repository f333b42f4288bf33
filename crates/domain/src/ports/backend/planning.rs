//! The plan as a whole: posts that return, and many posts moved at once.

use std::time::Duration;

use async_trait::async_trait;

use crate::actor::Actor;
use crate::error::BackendError;
use crate::id::{ChannelId, PostId, RecurrenceId};
use crate::recurrence::{Ahead, RecurrenceEdit, RecurrenceView};
use crate::time::{LocalDate, PublishAt, Timestamp};

/// The plan as a whole: posts that return, and many posts moved at once.
#[async_trait]
pub trait Planning: Send + Sync {
    /// The recurrences of the workspace that run, oldest first; at most 500.
    async fn recurrences(&self, actor: &Actor) -> Result<Vec<RecurrenceView>, BackendError>;

    /// One recurrence, also when it has ended.
    async fn recurrence(&self, actor: &Actor, id: RecurrenceId) -> Result<RecurrenceView, BackendError>;

    /// Changes the posts to come. Posts that are out or under way stay as they are; the one that waits is changed
    /// with the rest, and when a worker has it the edit is refused. Answers the recurrence that the changed posts
    /// belong to: a new one when the edit began at a date.
    async fn update_recurrence(
        &self,
        actor: &Actor,
        id: RecurrenceId,
        edit: RecurrenceEdit,
    ) -> Result<RecurrenceView, BackendError>;

    /// Leaves one date out; a post that waits for it is thrown away, and the next date gets its post.
    async fn skip_occurrence(
        &self,
        actor: &Actor,
        id: RecurrenceId,
        date: LocalDate,
    ) -> Result<RecurrenceView, BackendError>;

    /// Ends a recurrence, with or without the post that waits. What is out or under way stays. Ending twice is the
    /// same as once.
    async fn end_recurrence(
        &self,
        actor: &Actor,
        id: RecurrenceId,
        ahead: Ahead,
    ) -> Result<RecurrenceView, BackendError>;

    /// Makes the posts of recurrences whose last one's time has come, at most `limit` recurrences. Several callers
    /// at once make each post once.
    async fn advance_recurrences(&self, limit: u32) -> Result<Advanced, BackendError>;

    /// Moves scheduled posts, all or none of them; the errors of a refusal lie below `/posts/{id}`.
    async fn shift_posts(&self, actor: &Actor, shift: Shift) -> Result<Vec<Shifted>, BackendError>;
}

/// What an advance did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Advanced {
    /// How many posts were made.
    pub made: u32,
    /// When the next one must be made.
    pub next_at: Option<Timestamp>,
}

/// Which posts to move, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    /// Publish time at or after this.
    pub from: Timestamp,
    /// Publish time before this.
    pub until: Timestamp,
    /// Only posts with a publication on one of these channels; empty is all.
    pub channels: Vec<ChannelId>,
    /// Where to.
    pub by: ShiftBy,
    /// Tells what would happen and changes nothing.
    pub dry_run: bool,
}

/// How posts are moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShiftBy {
    /// To later. Whole days keep the wall time, whatever the zone does in between.
    Later(Duration),
    /// To earlier, likewise.
    Earlier(Duration),
    /// Each into the next free slot of its first channel, in the order of their times.
    NextSlots,
}

/// One post that was moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shifted {
    /// Which post.
    pub post: PostId,
    /// Its time before.
    pub from: PublishAt,
    /// Its time now.
    pub to: PublishAt,
}
