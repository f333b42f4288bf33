//! Work, as metronomes and workers see it.

use async_trait::async_trait;
use postern_domain::BackendError;
use postern_domain::channel::Credential;
use postern_domain::id::ChannelId;
use postern_domain::ports::{Claimed, Dispatch, Report};
use postern_domain::publication::{Armed, Lease, Next, Step};
use postern_domain::time::Timestamp;

use super::{Client, answer};
use crate::convert::{each, many, optional};
use crate::v1;

#[async_trait]
impl Dispatch for Client {
    async fn release_due(&self, limit: u32) -> Result<u32, BackendError> {
        let request = v1::ReleaseDueRequest { limit };
        let reply = answer(self.dispatch_service().release_due(request).await)?;
        Ok(reply.released)
    }

    async fn next_due(&self) -> Result<Option<Timestamp>, BackendError> {
        let request = v1::NextDueRequest {};
        let reply = answer(self.dispatch_service().next_due(request).await)?;
        Ok(reply.at.map(Timestamp::from_micros))
    }

    async fn claim(&self, worker: &str, leases: Vec<Lease>) -> Result<Vec<Claimed>, BackendError> {
        let request = v1::ClaimRequest {
            worker: worker.to_owned(),
            leases: many(leases),
        };
        let reply = answer(self.dispatch_service().claim(request).await)?;
        Ok(each(reply.claimed, "claimed")?)
    }

    async fn extend(&self, leases: Vec<Lease>) -> Result<Vec<Lease>, BackendError> {
        let request = v1::ExtendRequest { leases: many(leases) };
        let reply = answer(self.dispatch_service().extend(request).await)?;
        Ok(each(reply.lost, "lost")?)
    }

    async fn save_step(&self, lease: Lease, step: Step) -> Result<(), BackendError> {
        let request = v1::SaveStepRequest {
            lease: Some(lease.into()),
            step: step.0,
        };
        answer(self.dispatch_service().save_step(request).await)?;
        Ok(())
    }

    async fn arm(&self, leases: Vec<(Lease, Step)>) -> Result<Vec<Option<Armed>>, BackendError> {
        let request = v1::ArmRequest {
            armings: many(leases),
        };
        let reply = answer(self.dispatch_service().arm(request).await)?;
        let armed = reply.armed.into_iter();
        Ok(armed.map(|maybe| maybe.armed.map(Armed::from)).collect())
    }

    async fn report(&self, reports: Vec<Report>) -> Result<Vec<Option<Next>>, BackendError> {
        let request = v1::ReportRequest {
            reports: many(reports),
        };
        let reply = answer(self.dispatch_service().report(request).await)?;
        Ok(reply.next.into_iter().map(Into::into).collect())
    }

    async fn fresh_credential(
        &self,
        channel: ChannelId,
        stale: u64,
    ) -> Result<Option<Credential>, BackendError> {
        let request = v1::FreshCredentialRequest {
            channel: channel.to_string(),
            stale,
        };
        let reply = answer(self.dispatch_service().fresh_credential(request).await)?;
        Ok(optional(reply.credential, "credential")?)
    }

    async fn refresh_grants(&self, limit: u32) -> Result<u32, BackendError> {
        let request = v1::RefreshGrantsRequest { limit };
        let reply = answer(self.dispatch_service().refresh_grants(request).await)?;
        Ok(reply.renewed)
    }

    async fn clean_up(&self) -> Result<u32, BackendError> {
        let request = v1::CleanUpRequest {};
        let reply = answer(self.dispatch_service().clean_up(request).await)?;
        Ok(reply.removed)
    }
}
