//! Changes as they happen.

use std::pin::Pin;

use async_trait::async_trait;
use futures::{Stream, StreamExt, future};
use postern_domain::event::Event;
use postern_domain::ports::Watch;
use postern_domain::{Actor, BackendError};
use tonic::{Status, Streaming};

use super::{Client, answer};
use crate::v1;

type Events = Pin<Box<dyn Stream<Item = Event> + Send>>;

#[async_trait]
impl Watch for Client {
    async fn watch(&self, actor: &Actor) -> Result<Events, BackendError> {
        let request = v1::WatchRequest {
            actor: Some(actor.into()),
        };
        let replies = answer(self.watch_service().watch(request).await)?;
        Ok(events(replies, |reply| reply.event))
    }

    async fn watch_schedule(&self) -> Result<Events, BackendError> {
        let request = v1::WatchScheduleRequest {};
        let replies = answer(self.watch_service().watch_schedule(request).await)?;
        Ok(events(replies, |reply| reply.event))
    }
}

/// The events of a stream; it ends with the connection, and kinds that are not known are skipped.
fn events<M: Send + 'static>(replies: Streaming<M>, event: fn(M) -> Option<v1::Event>) -> Events {
    replies
        .take_while(|reply| future::ready(!is_broken(reply.as_ref().err())))
        .filter_map(move |reply| future::ready(read(reply.ok().and_then(event))))
        .boxed()
}

fn is_broken(status: Option<&Status>) -> bool {
    if let Some(status) = status {
        tracing::debug!(rpc.code = ?status.code(), "event stream ended");
    }
    status.is_some()
}

fn read(event: Option<v1::Event>) -> Option<Event> {
    match Event::try_from(event?) {
        Ok(event) => Some(event),
        Err(error) => {
            tracing::debug!(field = %error.field, "event skipped");
            None
        }
    }
}
