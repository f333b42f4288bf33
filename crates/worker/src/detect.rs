//! Finding out whether a commit arrived whose answer was lost.

use postern_domain::failure::{ErrorClass, Trace};
use postern_domain::ports::Clock;
use postern_domain::publication::{Armed, Detection, Outcome};
use postern_provider_kit::{Found, Phase, Provider};

use crate::session::{Failed, Session};
use crate::step::bounded;

impl Session<'_> {
    /// Asks the platform once, twice where the grant was stale.
    pub(crate) async fn detect(&mut self, adapter: &dyn Provider, armed: &Armed) {
        self.renew_ahead().await;
        let first = self.detect_once(adapter, armed).await;
        let found = match first {
            Err(failed) if failed.is_stale_grant() && !self.renewed => {
                let (outcome, trace) = self.outcome_of(failed).await;
                match &outcome {
                    Outcome::Failed(failure) if failure.class == ErrorClass::Refresh => {
                        self.detect_once(adapter, armed).await
                    }
                    _ => {
                        self.report(outcome, trace).await;
                        return;
                    }
                }
            }
            other => other,
        };
        let (outcome, trace) = match found {
            Ok((found, trace)) => (Outcome::Detected(self.detection(found)), trace),
            Err(failed) => self.outcome_of(failed).await,
        };
        self.report(outcome, trace).await;
    }

    async fn detect_once(&self, adapter: &dyn Provider, armed: &Armed) -> Result<(Found, Trace), Failed> {
        let _turn = self.turn().await;
        let (cx, entry) = self.order().map_err(|error| Failed::unsent(error, "detect"))?;
        let step = self.claimed.publication.step.as_ref();
        let call = adapter.detect(&cx, &entry, step, armed);
        let found = bounded(Phase::Repeatable, self.deps.settings.step_deadline, call).await;
        let trace = cx.platform.trace("detect");
        match found {
            Ok(found) => Ok((found, trace)),
            Err(error) => Err(Failed {
                error,
                operation: "detect",
                trace,
            }),
        }
    }

    fn detection(&self, found: Found) -> Detection {
        match found {
            Found::There(committed) => {
                let (release, next_delay) = self.release_of(committed);
                Detection::Found { release, next_delay }
            }
            Found::Absent => Detection::Absent,
            Found::Unknown { look_again_in } => {
                let now = self.deps.clock.now();
                Detection::Unknown {
                    look_again_at: look_again_in.map(|pause| now.plus(pause)),
                }
            }
        }
    }
}
