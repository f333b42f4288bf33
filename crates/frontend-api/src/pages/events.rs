//! `GET /events`: tells the page what changed, so that it reads those parts anew.

use std::convert::Infallible;
use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::{Stream, StreamExt};
use postern_domain::event;
use tokio_util::sync::CancellationToken;

use crate::deps::App;
use crate::failure::Failure;
use crate::member::Member;

/// How often a silent stream says that it is alive, so that proxies keep it.
const ALIVE_EVERY: Duration = Duration::from_secs(15);

/// Ends the streams when the service stops.
#[derive(Debug, Clone)]
pub(crate) struct Stop(pub(crate) CancellationToken);

/// Streams changes of the workspace. Ids only: what they mean, the page asks for.
pub(crate) async fn stream(
    State(app): State<App>,
    Extension(Stop(stop)): Extension<Stop>,
    member: Member,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Failure> {
    let changes = app.backend.watch(&member.actor).await?;
    let events = changes
        .filter_map(async |change| named(&change).map(Ok))
        .take_until(stop.cancelled_owned());
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(ALIVE_EVERY)))
}

fn named(change: &event::Event) -> Option<Event> {
    match change {
        event::Event::PostChanged { post, .. } => Some(Event::default().event("post").data(post.to_string())),
        event::Event::ChannelChanged { channel, .. } => {
            Some(Event::default().event("channel").data(channel.to_string()))
        }
        event::Event::PublicationDue { .. } | event::Event::ScheduleChanged => None,
    }
}
