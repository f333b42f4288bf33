//! Changes as they happen.

use std::pin::Pin;

use async_trait::async_trait;
use futures::{Stream, StreamExt};
use postern_domain::event::Event;
use postern_domain::ports::{BusError, StreamName, Watch};
use postern_domain::{Actor, BackendError};

use crate::App;

impl App {
    async fn follow(
        &self,
        wanted: impl Fn(&Event) -> bool + Send + 'static,
    ) -> Result<Pin<Box<dyn Stream<Item = Event> + Send>>, BackendError> {
        let messages = self.deps.bus.follow(&StreamName::events()).await;
        let messages =
            messages.map_err(|BusError::Unavailable(_)| BackendError::Unavailable { what: "bus" })?;
        let events = messages.filter_map(move |envelope| {
            let event = Event::read(&envelope.kind, &envelope.fields).filter(|event| wanted(event));
            std::future::ready(event)
        });
        Ok(Box::pin(events))
    }
}

#[async_trait]
impl Watch for App {
    async fn watch(&self, actor: &Actor) -> Result<Pin<Box<dyn Stream<Item = Event> + Send>>, BackendError> {
        let mine = actor.workspace;
        self.follow(move |event| match event {
            Event::PostChanged { workspace, .. } | Event::ChannelChanged { workspace, .. } => {
                *workspace == mine
            }
            Event::PublicationDue { .. } | Event::ScheduleChanged => false,
        })
        .await
    }

    async fn watch_schedule(&self) -> Result<Pin<Box<dyn Stream<Item = Event> + Send>>, BackendError> {
        self.follow(|event| *event == Event::ScheduleChanged).await
    }
}
