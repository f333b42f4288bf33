//! Work, as metronomes and workers see it.

use std::time::Duration;

use async_trait::async_trait;

use crate::channel::{Channel, Credential};
use crate::content::Document;
use crate::error::BackendError;
use crate::failure::Trace;
use crate::id::ChannelId;
use crate::media::Media;
use crate::publication::{Armed, Lease, Next, Outcome, Publication, Step};
use crate::time::Timestamp;

/// Work, as metronomes and workers see it. Called by services only.
#[async_trait]
pub trait Dispatch: Send + Sync {
    /// Leases what is due, oldest first, at most `limit`, and announces it; lapsed leases are taken up first.
    /// What finds no room at its platform is put off. Answers how many were released or put off; 0 with something
    /// due means that it is in somebody else's hand, or that its channel has as much in hand as it may.
    async fn release_due(&self, limit: u32) -> Result<u32, BackendError>;

    /// The earliest instant at which something becomes due or a lease lapses.
    async fn next_due(&self) -> Result<Option<Timestamp>, BackendError>;

    /// Takes leased publications for this worker; those that somebody else has are left out.
    async fn claim(&self, worker: &str, leases: Vec<Lease>) -> Result<Vec<Claimed>, BackendError>;

    /// Keeps leases alive; answers those that are lost.
    async fn extend(&self, leases: Vec<Lease>) -> Result<Vec<Lease>, BackendError>;

    /// Stores the provider's progress on the current entry.
    async fn save_step(&self, lease: Lease, step: Step) -> Result<(), BackendError>;

    /// Arms commits before they are sent; for each lease what was armed, or none when the lease is lost.
    async fn arm(&self, leases: Vec<(Lease, Step)>) -> Result<Vec<Option<Armed>>, BackendError>;

    /// Takes reports; for each what comes next, or none when the lease is lost.
    async fn report(&self, reports: Vec<Report>) -> Result<Vec<Option<Next>>, BackendError>;

    /// A credential newer than `stale`: what is stored, or renewed now by one caller at a time. None means that
    /// the grant is gone and the channel was marked.
    async fn fresh_credential(
        &self,
        channel: ChannelId,
        stale: u64,
    ) -> Result<Option<Credential>, BackendError>;

    /// Renews grants that end soon, and warns of those that only their owners can renew; answers how many were
    /// renewed. Called by metronomes.
    async fn refresh_grants(&self, limit: u32) -> Result<u32, BackendError>;

    /// Keeps house: lets go what nothing holds any more, lays aside announcements that nobody understands, and
    /// removes what is no longer needed, in small pieces. Answers how many things were removed.
    async fn clean_up(&self) -> Result<u32, BackendError>;
}

/// Everything a worker needs for one piece of work.
#[derive(Debug, Clone, PartialEq)]
pub struct Claimed {
    /// The lease.
    pub lease: Lease,
    /// The backend's clock as it answered: workers go by it, for their own may be wrong.
    pub now: Timestamp,
    /// Until when it holds.
    pub lease_until: Timestamp,
    /// What to do.
    pub work: Work,
    /// The publication as it stands.
    pub publication: Publication,
    /// Its channel.
    pub channel: Channel,
    /// The opened credential.
    pub credential: Credential,
    /// All its entries.
    pub entries: Vec<ClaimedEntry>,
    /// W3C trace context of the call that made the post.
    pub traceparent: Option<String>,
}

/// What a worker is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Work {
    /// Bring the current entry out.
    Publish,
    /// Find out whether the armed commit arrived.
    Detect(Armed),
}

/// One entry as a worker gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedEntry {
    /// Its text.
    pub content: Document,
    /// Its files.
    pub media: Vec<ClaimedMedia>,
    /// How long to wait after the entry before.
    pub delay: Duration,
}

/// One file as a worker gets it; read through [`crate::ports::MediaReader`] by its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedMedia {
    /// The file.
    pub media: Media,
    /// Words for those who cannot see it.
    pub alt: Option<String>,
}

/// A worker's report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The lease.
    pub lease: Lease,
    /// How it ended.
    pub outcome: Outcome,
    /// What the platform said.
    pub trace: Trace,
    /// When the worker began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Timestamp,
}
