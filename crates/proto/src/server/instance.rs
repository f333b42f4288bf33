//! The instance as a whole.

use tonic::{Request, Response, Status};

use super::Server;
use crate::convert::{many, needed};
use crate::fault::status;
use crate::v1;
use crate::v1::instance_service_server::InstanceService;

#[tonic::async_trait]
impl InstanceService for Server {
    async fn get_info(&self, _: Request<v1::GetInfoRequest>) -> Result<Response<v1::GetInfoReply>, Status> {
        let info = self.backend.info().await.map_err(status)?;
        Ok(Response::new(info.into()))
    }

    async fn list_alerts(
        &self,
        request: Request<v1::ListAlertsRequest>,
    ) -> Result<Response<v1::ListAlertsReply>, Status> {
        let message = request.into_inner();
        let actor = needed(message.actor, "actor")?;
        let alerts = self.backend.alerts(&actor).await.map_err(status)?;
        Ok(Response::new(v1::ListAlertsReply { alerts: many(alerts) }))
    }

    async fn check_ready(
        &self,
        _: Request<v1::CheckReadyRequest>,
    ) -> Result<Response<v1::CheckReadyReply>, Status> {
        let checks = self.backend.ready().await.map_err(status)?;
        Ok(Response::new(v1::CheckReadyReply { checks: many(checks) }))
    }
}
