//! The instance as a whole.

use async_trait::async_trait;
use postern_domain::ports::{Alert, Instance, InstanceInfo};
use postern_domain::{Actor, BackendError};

use super::{Client, answer};
use crate::convert::each;
use crate::v1;

#[async_trait]
impl Instance for Client {
    async fn info(&self) -> Result<InstanceInfo, BackendError> {
        let request = v1::GetInfoRequest {};
        let reply = answer(self.instance_service().get_info(request).await)?;
        Ok(reply.into())
    }

    async fn alerts(&self, actor: &Actor) -> Result<Vec<Alert>, BackendError> {
        let request = v1::ListAlertsRequest {
            actor: Some(actor.into()),
        };
        let reply = answer(self.instance_service().list_alerts(request).await)?;
        Ok(each(reply.alerts, "alerts")?)
    }

    async fn ready(&self) -> Result<Vec<(String, Result<(), String>)>, BackendError> {
        let request = v1::CheckReadyRequest {};
        let reply = answer(self.instance_service().check_ready(request).await)?;
        Ok(reply.checks.into_iter().map(Into::into).collect())
    }
}
