//! The way from a worker to the use cases, on which it can be stopped for ever at an exact point.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use postern_app::App;
use postern_domain::channel::Credential;
use postern_domain::id::ChannelId;
use postern_domain::ports::{Claimed, Dispatch, Report};
use postern_domain::publication::{Armed, Lease, Next, Step};
use postern_domain::{BackendError, Timestamp};

/// Whether somebody is stuck, told by whoever sticks.
#[derive(Clone, Default)]
pub(crate) struct Stuck(Arc<AtomicBool>);

impl Stuck {
    /// Never goes on.
    pub(crate) async fn forever(&self) {
        self.0.store(true, Ordering::SeqCst);
        std::future::pending::<()>().await;
    }

    /// Whether somebody is stuck, once for each time.
    pub(crate) fn take(&self) -> bool {
        self.0.swap(false, Ordering::SeqCst)
    }
}

/// Where a call sticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum At {
    /// The claim is stored, its answer does not come.
    ClaimUnheard,
    /// The arming is not stored.
    BeforeArming,
    /// The arming is stored, its answer does not come.
    ArmingUnheard,
    /// The arming is stored, and the way breaks instead of answering.
    ArmingBroken,
    /// The report is not stored.
    BeforeReport,
    /// The report is stored, its answer does not come.
    ReportUnheard,
}

/// The use cases behind a door that sticks.
pub(crate) struct Gate {
    pub(crate) app: App,
    pub(crate) at: Option<At>,
    pub(crate) stuck: Stuck,
}

impl Gate {
    async fn stick(&self, here: At) {
        if self.at == Some(here) {
            self.stuck.forever().await;
        }
    }
}

#[async_trait]
impl Dispatch for Gate {
    async fn release_due(&self, limit: u32) -> Result<u32, BackendError> {
        self.app.release_due(limit).await
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, BackendError> {
        self.app.next_due().await
    }

    async fn claim(&self, worker: &str, leases: Vec<Lease>) -> Result<Vec<Claimed>, BackendError> {
        let claimed = self.app.claim(worker, leases).await;
        self.stick(At::ClaimUnheard).await;
        claimed
    }

    async fn extend(&self, leases: Vec<Lease>) -> Result<Vec<Lease>, BackendError> {
        self.app.extend(leases).await
    }

    async fn save_step(&self, lease: Lease, step: Step) -> Result<(), BackendError> {
        self.app.save_step(lease, step).await
    }

    async fn arm(&self, leases: Vec<(Lease, Step)>) -> Result<Vec<Option<Armed>>, BackendError> {
        self.stick(At::BeforeArming).await;
        let armed = self.app.arm(leases).await;
        self.stick(At::ArmingUnheard).await;
        if self.at == Some(At::ArmingBroken) {
            return Err(BackendError::Unavailable { what: "backend" });
        }
        armed
    }

    async fn report(&self, reports: Vec<Report>) -> Result<Vec<Option<Next>>, BackendError> {
        self.stick(At::BeforeReport).await;
        let next = self.app.report(reports).await;
        self.stick(At::ReportUnheard).await;
        next
    }

    async fn fresh_credential(
        &self,
        channel: ChannelId,
        stale: u64,
    ) -> Result<Option<Credential>, BackendError> {
        self.app.fresh_credential(channel, stale).await
    }

    async fn refresh_grants(&self, limit: u32) -> Result<u32, BackendError> {
        self.app.refresh_grants(limit).await
    }

    async fn clean_up(&self) -> Result<u32, BackendError> {
        self.app.clean_up().await
    }
}
