//! Work, as metronomes and workers see it.

mod claim;
mod clean_up;
mod desk;
mod grants;
mod rates;
mod release;
mod renewals;
mod report;
mod warnings;

use async_trait::async_trait;
use postern_domain::channel::Credential;
use postern_domain::id::ChannelId;
use postern_domain::ports::{Claimed, Dispatch, Report};
use postern_domain::publication::{Armed, Lease, Next, Step};
use postern_domain::{BackendError, Timestamp};

use crate::App;

pub(crate) use claim::open;
pub(crate) use desk::Desk;
pub(crate) use grants::{mark_disconnected, sealed};
pub(crate) use release::changed_posts;
pub(crate) use renewals::Renewals;
pub(crate) use warnings::SOON;

#[async_trait]
impl Dispatch for App {
    async fn release_due(&self, limit: u32) -> Result<u32, BackendError> {
        release::release_due(self, limit).await
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, BackendError> {
        Ok(self.deps.storage.glance().await?.next_due().await?)
    }

    async fn claim(&self, worker: &str, leases: Vec<Lease>) -> Result<Vec<Claimed>, BackendError> {
        claim::claim(self, worker, &leases).await
    }

    async fn extend(&self, leases: Vec<Lease>) -> Result<Vec<Lease>, BackendError> {
        claim::extend(&self.deps, leases).await
    }

    async fn save_step(&self, lease: Lease, step: Step) -> Result<(), BackendError> {
        claim::save_step(self, lease, step).await
    }

    async fn arm(&self, leases: Vec<(Lease, Step)>) -> Result<Vec<Option<Armed>>, BackendError> {
        claim::arm(self, leases).await
    }

    async fn report(&self, reports: Vec<Report>) -> Result<Vec<Option<Next>>, BackendError> {
        report::report(self, reports).await
    }

    async fn fresh_credential(
        &self,
        channel: ChannelId,
        stale: u64,
    ) -> Result<Option<Credential>, BackendError> {
        grants::fresh_credential(self, channel, stale).await
    }

    async fn refresh_grants(&self, limit: u32) -> Result<u32, BackendError> {
        let renewed = grants::refresh_grants(self, limit).await?;
        warnings::warn_of_ending(&self.deps).await?;
        Ok(renewed)
    }

    async fn clean_up(&self) -> Result<u32, BackendError> {
        clean_up::clean_up(&self.deps).await
    }
}
