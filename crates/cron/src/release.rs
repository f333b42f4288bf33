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

/// How long a metronome that was woken waits for more to wake it, so that many new posts cost one look.
const GATHER: Duration = Duration::from_millis(10);

/// The longest sleep while something is due that cannot be released: in somebody else's hand, or beyond what its
/// channel may have in hand.
const LONGEST_IN_VAIN: Duration = Duration::from_millis(160);

type Wakes = Pin<Box<dyn Stream<Item = Event> + Send>>;

/// Releases what is due until `stop`.
pub(crate) async fn run(deps: &Deps, stop: &CancellationToken) {
    let mut wakes: Option<Wakes> = None;
    let mut in_vain = SHORTEST;
    while !stop.is_cancelled() {
        // Listening begins before looking: what is announced in between is not missed.
        if wakes.is_none() {
            wakes = deps.backend.watch_schedule().await.ok();
        }
        let sleep = match beat(deps).await {
            Ok(Rest::Until(sleep)) => {
                in_vain = SHORTEST;
                sleep
            }
            Ok(Rest::InVain { after_work }) => {
                let pause = if after_work { SHORTEST } else { in_vain };
                in_vain = (pause * 2).min(LONGEST_IN_VAIN);
                pause
            }
            Err(error) => {
                tracing::warn!(error = %error, "nothing released");
                PAUSE
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(sleep) => {}
            woken = next(&mut wakes) => match woken {
                Some(_) => gather(&mut wakes).await,
                None => wakes = None,
            },
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

/// Takes in what else is announced in a moment.
async fn gather(wakes: &mut Option<Wakes>) {
    let more = async { while next(wakes).await.is_some() {} };
    let ended = tokio::time::timeout(GATHER, more).await.is_ok();
    if ended {
        *wakes = None;
    }
}

/// What a metronome does after a beat.
enum Rest {
    /// It sleeps until something is due.
    Until(Duration),
    /// Something is due that cannot be released now; `after_work` tells whether something else could.
    InVain { after_work: bool },
}

/// Releases batches until nothing more is due or can be released.
///
/// Looking costs a read, releasing a write: a metronome that is woken for a later post only looks.
async fn beat(deps: &Deps) -> Result<Rest, BackendError> {
    let longest = deps.settings.longest_sleep;
    let mut after_work = false;
    loop {
        let Some(due) = deps.backend.next_due().await? else {
            return Ok(Rest::Until(longest));
        };
        let now = deps.clock.now();
        if due > now {
            return Ok(Rest::Until(due.since(now).clamp(SHORTEST, longest)));
        }
        if deps.backend.release_due(deps.settings.batch.max(1)).await? == 0 {
            return Ok(Rest::InVain { after_work });
        }
        after_work = true;
    }
}
