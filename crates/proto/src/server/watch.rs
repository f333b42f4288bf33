//! Changes as they happen.

use std::pin::Pin;

use futures::{Stream, StreamExt};
use postern_domain::event::Event;
use tonic::{Request, Response, Status};

use super::Server;
use crate::convert::needed;
use crate::fault::status;
use crate::v1;
use crate::v1::watch_service_server::WatchService;

type Replies<M> = Pin<Box<dyn Stream<Item = Result<M, Status>> + Send>>;

#[tonic::async_trait]
impl WatchService for Server {
    type WatchStream = Replies<v1::WatchReply>;
    type WatchScheduleStream = Replies<v1::WatchScheduleReply>;

    async fn watch(&self, request: Request<v1::WatchRequest>) -> Result<Response<Self::WatchStream>, Status> {
        let actor = needed(request.into_inner().actor, "actor")?;
        let events = self.backend.watch(&actor).await.map_err(status)?;
        Ok(Response::new(
            self.replies(events, |event| v1::WatchReply { event }),
        ))
    }

    async fn watch_schedule(
        &self,
        _: Request<v1::WatchScheduleRequest>,
    ) -> Result<Response<Self::WatchScheduleStream>, Status> {
        let events = self.backend.watch_schedule().await.map_err(status)?;
        Ok(Response::new(
            self.replies(events, |event| v1::WatchScheduleReply { event }),
        ))
    }
}

impl Server {
    /// An open stream would keep the listener from stopping, so it ends with the server.
    fn replies<M: 'static>(
        &self,
        events: Pin<Box<dyn Stream<Item = Event> + Send>>,
        reply: fn(Option<v1::Event>) -> M,
    ) -> Replies<M> {
        events
            .take_until(self.stop.clone().cancelled_owned())
            .map(move |event| Ok(reply(Some(event.into()))))
            .boxed()
    }
}
