//! Work, as metronomes and workers see it.

use postern_domain::publication::Step;
use postern_domain::time::Timestamp;
use tonic::{Request, Response, Status};

use super::Server;
use crate::convert::{each, id, many, needed};
use crate::fault::status;
use crate::v1;
use crate::v1::dispatch_service_server::DispatchService;

#[tonic::async_trait]
impl DispatchService for Server {
    async fn release_due(
        &self,
        request: Request<v1::ReleaseDueRequest>,
    ) -> Result<Response<v1::ReleaseDueReply>, Status> {
        let message = request.into_inner();
        let released = self.backend.release_due(message.limit).await.map_err(status)?;
        Ok(Response::new(v1::ReleaseDueReply { released }))
    }

    async fn next_due(&self, _: Request<v1::NextDueRequest>) -> Result<Response<v1::NextDueReply>, Status> {
        let at = self.backend.next_due().await.map_err(status)?;
        Ok(Response::new(v1::NextDueReply {
            at: at.map(Timestamp::as_micros),
        }))
    }

    async fn claim(&self, request: Request<v1::ClaimRequest>) -> Result<Response<v1::ClaimReply>, Status> {
        let message = request.into_inner();
        let leases = each(message.leases, "leases")?;
        let claimed = self
            .backend
            .claim(&message.worker, leases)
            .await
            .map_err(status)?;
        Ok(Response::new(v1::ClaimReply {
            claimed: many(claimed),
        }))
    }

    async fn extend(&self, request: Request<v1::ExtendRequest>) -> Result<Response<v1::ExtendReply>, Status> {
        let message = request.into_inner();
        let leases = each(message.leases, "leases")?;
        let lost = self.backend.extend(leases).await.map_err(status)?;
        Ok(Response::new(v1::ExtendReply { lost: many(lost) }))
    }

    async fn save_step(
        &self,
        request: Request<v1::SaveStepRequest>,
    ) -> Result<Response<v1::SaveStepReply>, Status> {
        let message = request.into_inner();
        let lease = needed(message.lease, "lease")?;
        self.backend
            .save_step(lease, Step(message.step))
            .await
            .map_err(status)?;
        Ok(Response::new(v1::SaveStepReply {}))
    }

    async fn arm(&self, request: Request<v1::ArmRequest>) -> Result<Response<v1::ArmReply>, Status> {
        let message = request.into_inner();
        let leases = each(message.armings, "armings")?;
        let armed = self.backend.arm(leases).await.map_err(status)?;
        let maybe = armed.into_iter().map(|armed| v1::MaybeArmed {
            armed: armed.map(Into::into),
        });
        Ok(Response::new(v1::ArmReply {
            armed: maybe.collect(),
        }))
    }

    async fn report(&self, request: Request<v1::ReportRequest>) -> Result<Response<v1::ReportReply>, Status> {
        let message = request.into_inner();
        let reports = each(message.reports, "reports")?;
        let next = self.backend.report(reports).await.map_err(status)?;
        Ok(Response::new(v1::ReportReply { next: many(next) }))
    }

    async fn fresh_credential(
        &self,
        request: Request<v1::FreshCredentialRequest>,
    ) -> Result<Response<v1::FreshCredentialReply>, Status> {
        let message = request.into_inner();
        let channel = id(&message.channel, "channel")?;
        let credential = self
            .backend
            .fresh_credential(channel, message.stale)
            .await
            .map_err(status)?;
        Ok(Response::new(v1::FreshCredentialReply {
            credential: credential.map(Into::into),
        }))
    }

    async fn refresh_grants(
        &self,
        request: Request<v1::RefreshGrantsRequest>,
    ) -> Result<Response<v1::RefreshGrantsReply>, Status> {
        let message = request.into_inner();
        let renewed = self.backend.refresh_grants(message.limit).await.map_err(status)?;
        Ok(Response::new(v1::RefreshGrantsReply { renewed }))
    }

    async fn clean_up(&self, _: Request<v1::CleanUpRequest>) -> Result<Response<v1::CleanUpReply>, Status> {
        let removed = self.backend.clean_up().await.map_err(status)?;
        Ok(Response::new(v1::CleanUpReply { removed }))
    }
}
