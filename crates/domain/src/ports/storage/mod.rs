//! The storage port: units of work over the one database. Every query on tenant data takes the workspace first.

mod answers;
mod batches;
mod channels;
mod dead_letters;
mod housekeeping;
mod media;
mod outbox;
mod pauses;
mod people;
mod posts;
mod publications;
mod recurrences;
mod tags;

use std::collections::HashSet;

use async_trait::async_trait;

use crate::id::PublicationId;
use crate::publication::Publication;

pub use answers::{AnswerClaim, AnswerRow, AnswerStore};
pub use batches::{BatchPost, BatchStore};
pub use channels::{AppRegistration, ChannelStore, ConnectAttempt, CredentialRow, GrantLease, GrantWarning};
pub use dead_letters::DeadLetterStore;
pub use housekeeping::Housekeeping;
pub use media::{MediaRows, UploadRow};
pub use outbox::{Announcement, Outbox};
pub use pauses::PauseStore;
pub use people::{KeyStore, PeopleStore, PersonRow, SessionRow, WorkspaceStore};
pub use posts::{PostStore, Remembered};
pub use publications::{AttemptRow, HowMany, PublicationStore, Saved};
pub use recurrences::RecurrenceStore;
pub use tags::TagStore;

/// Why storage did not do it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StorageError {
    /// The database cannot be reached.
    #[error("database unavailable: {detail}")]
    Unavailable {
        /// Why, without secrets.
        detail: String,
    },
    /// A row breaks a uniqueness rule or was changed in between.
    #[error("conflict on {what}")]
    Conflict {
        /// The rule or table.
        what: String,
    },
    /// A stored value makes no sense.
    #[error("corrupt value in {table}.{column} of row {row}")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row's id.
        row: String,
    },
    /// The database refused the statement.
    #[error("database failed: {detail}")]
    Failed {
        /// Why, without secrets and texts.
        detail: String,
    },
}

/// The database.
#[async_trait]
pub trait Storage: Send + Sync {
    /// Begins a unit of work that may write. Dropping it without [`Unit::commit`] undoes all of it.
    async fn begin(&self) -> Result<Box<dyn Unit>, StorageError>;

    /// Begins a unit of work that only reads.
    async fn read(&self) -> Result<Box<dyn Unit>, StorageError>;

    /// Reads without a common instant: each query sees what is committed when it runs. Cheaper than
    /// [`Storage::read`], for single queries and for those that need not agree with each other.
    async fn glance(&self) -> Result<Box<dyn Unit>, StorageError> {
        self.read().await
    }

    /// Does what [`PublicationStore::save_in_hand`] does, as a unit of its own: what it answers is committed. Cheaper than
    /// a unit around it.
    async fn save_in_hand(
        &self,
        publications: &[Publication],
    ) -> Result<HashSet<PublicationId>, StorageError> {
        let unit = self.begin().await?;
        let stored = unit.save_in_hand(publications).await?;
        unit.commit().await?;
        Ok(stored)
    }

    /// Whether it answers and its schema is the current one.
    async fn ping(&self) -> Result<(), StorageError>;
}

/// One transaction.
#[async_trait]
pub trait Unit:
    WorkspaceStore
    + PeopleStore
    + KeyStore
    + ChannelStore
    + PostStore
    + PublicationStore
    + RecurrenceStore
    + TagStore
    + BatchStore
    + AnswerStore
    + MediaRows
    + Outbox
    + PauseStore
    + DeadLetterStore
    + Housekeeping
    + Send
    + Sync
{
    /// Makes all of it so.
    async fn commit(self: Box<Self>) -> Result<(), StorageError>;
}
