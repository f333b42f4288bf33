//! The beat that releases due work.

use std::pin::Pin;
use std::time::Duration;

use futures::{Stream, StreamExt};
use postern_domain::BackendError;
use postern_domain::event::Event;
use tokio_util::sync::CancellationToken;

use crate::Deps;

/// The pause after the backend failed.
const PAUSE: Duration = Duration::from_secs(1);

/// The shortest sleep, so that a row that cannot be released does not keep the metronome spinning.
const SHORTEST: Duration = Duration::from_millis(5);

type Wakes = Pin<Box<dyn Stream<Item = Event> + Send>>;

/// Releases what is due until `stop`.
pub(crate) async fn run(deps: &Deps, stop: &CancellationToken) {
    let mut wakes: Option<Wakes> = None;
    while !stop.is_cancelled() {
        // Listening begins before looking: what is announced in between is not missed.
        if wakes.is_none() {
            wakes = deps.backend.watch_schedule().await.ok();
        }
        let sleep = match beat(deps).await {
            Ok(sleep) => sleep,
            Err(error) => {
                tracing::warn!(error = %error, "nothing released");
                PAUSE
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(sleep) => {}
            woken = next(&mut wakes) => if woken.is_none() { wakes = None },
        }
    }
}

/// The next announcement; none when the stream ended, never when there is none.
async fn next(wakes: &mut Option<Wakes>) -> Option<Event> {
    match wakes {
        Some(stream) => stream.next().await,
        None => std::future::pending().await,
    }
}

/// Releases batches until nothing more is due; answers how long to sleep.
async fn beat(deps: &Deps) -> Result<Duration, BackendError> {
    let batch = deps.settings.batch.max(1);
    while deps.backend.release_due(batch).await? >= batch {}
    let next = deps.backend.next_due().await?;
    let now = deps.clock.now();
    let sleep = next.map_or(deps.settings.longest_sleep, |due| due.since(now));
    Ok(sleep.clamp(SHORTEST, deps.settings.longest_sleep))
}
