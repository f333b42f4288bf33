//! The beat that lets posts return: when the time of one has come, the next one is made.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::Deps;

/// Most recurrences that are advanced at once.
const BATCH: u32 = 50;

/// The pause after the backend failed.
const PAUSE: Duration = Duration::from_secs(5);

/// The shortest sleep, for what is due may be in the hand of another metronome.
const SHORTEST: Duration = Duration::from_millis(50);

/// Advances recurrences until `stop`.
///
/// A recurrence that is made or moved while this sleeps has its next post already; it is at most `longest_sleep`
/// until that one's successor is thought of.
pub(crate) async fn run(deps: &Deps, stop: &CancellationToken) {
    while !stop.is_cancelled() {
        let sleep = match deps.backend.advance_recurrences(BATCH).await {
            Ok(advanced) => {
                if advanced.made > 0 {
                    tracing::info!(made = advanced.made, "posts made of their recurrences");
                }
                let wait = advanced.next_at.map(|at| at.since(deps.clock.now()));
                let longest = deps.settings.longest_sleep.max(SHORTEST);
                wait.unwrap_or(longest).clamp(SHORTEST, longest)
            }
            Err(error) => {
                tracing::warn!(error = %error, "recurrences not advanced");
                PAUSE
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(sleep) => {}
        }
    }
}
