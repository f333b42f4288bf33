//! Bringing a publication out, entry by entry: prepare, wait, arm, commit, report.

use std::time::Duration;

use postern_domain::failure::{ErrorClass, Failure, Trace};
use postern_domain::ports::Clock;
use postern_domain::publication::{Armed, Next, Outcome, Release, Step};
use postern_provider_kit::{Committed, Phase, Prepared, Provider, ProviderError};

use crate::metrics;
use crate::session::{Failed, Session};
use crate::step::bounded;

/// How a provider's preparation ended.
enum Prepare {
    Ready(Step),
    Stop(Box<(Outcome, Trace)>),
    Abandoned,
}

/// What is known of an arming.
enum Arm {
    /// It is stored.
    Armed(Armed),
    /// It was refused, for somebody else decides by now.
    Lost,
    /// The answer was lost, so that it may be stored or not.
    Unknown,
}

impl Session<'_> {
    /// Brings out all entries that are not out yet, as far as one lease goes.
    pub(crate) async fn publish(&mut self, adapter: &dyn Provider) {
        self.renew_ahead().await;
        loop {
            let (outcome, trace) = match self.prepare(adapter).await {
                Prepare::Abandoned => return,
                Prepare::Stop(ended) => *ended,
                Prepare::Ready(step) => match self.arm(&step).await {
                    Arm::Lost => return,
                    Arm::Unknown => (Outcome::Failed(self.failure_without_arming()), Trace::default()),
                    Arm::Armed(armed) => self.commit(adapter, &step, &armed).await,
                },
            };
            let out = match &outcome {
                Outcome::EntryOut { release, .. } => Some(release.clone()),
                Outcome::Waiting { .. } | Outcome::Failed(_) | Outcome::Detected(_) | Outcome::GivenBack => {
                    None
                }
            };
            match (self.report(outcome, trace).await, out) {
                (Next::Entry(next), Some(release)) => self.go_on(next, release),
                (Next::Entry(_) | Next::Stop, _) => return,
            }
        }
    }

    /// The next entry begins with what the one before left at the platform.
    fn go_on(&mut self, next: u32, release: Release) {
        let publication = &mut self.claimed.publication;
        publication.releases.push(release);
        publication.entry = next;
        publication.step = None;
        self.began = self.deps.clock.now();
    }

    /// Runs repeatable steps until the commit is ready; each is stored before the next.
    async fn prepare(&mut self, adapter: &dyn Provider) -> Prepare {
        loop {
            if self.is_lost() {
                return Prepare::Abandoned;
            }
            if self.stop.is_cancelled() {
                return stop(Outcome::GivenBack, Trace::default());
            }
            match self.prepare_once(adapter).await {
                Ok(Prepared::Ready(step)) => return Prepare::Ready(step),
                Ok(Prepared::Wait { step, look_again_in }) => {
                    let look_again_at = self
                        .deps
                        .clock
                        .now()
                        .plus(look_again_in.max(Duration::from_millis(100)));
                    return stop(Outcome::Waiting { step, look_again_at }, Trace::default());
                }
                Ok(Prepared::More(step)) => {
                    if let Err(error) = self
                        .deps
                        .backend
                        .save_step(self.claimed.lease, step.clone())
                        .await
                    {
                        tracing::warn!(error = %error, "progress not stored");
                        return Prepare::Abandoned;
                    }
                    self.claimed.publication.step = Some(step);
                }
                Err(failed) => {
                    let stale = failed.is_stale_grant() && !self.renewed;
                    let (outcome, trace) = self.outcome_of(failed).await;
                    // Nothing was sent, so the step is simply done again with the fresh grant.
                    if !(stale && wants_repetition(&outcome)) {
                        return stop(outcome, trace);
                    }
                }
            }
        }
    }

    async fn prepare_once(&self, adapter: &dyn Provider) -> Result<Prepared, Failed> {
        let _turn = self.turn().await;
        let (cx, entry) = self.order().map_err(|error| Failed::unsent(error, "prepare"))?;
        let step = self.claimed.publication.step.clone();
        let call = adapter.prepare(&cx, &entry, step);
        let prepared = bounded(Phase::Repeatable, self.deps.settings.step_deadline, call).await;
        prepared.map_err(|error| Failed {
            error,
            operation: "prepare",
            trace: cx.platform.trace("prepare"),
        })
    }

    /// Says that the commit is about to be sent.
    async fn arm(&self, step: &Step) -> Arm {
        if self.is_lost() {
            return Arm::Lost;
        }
        match self.calls.arm.ask((self.claimed.lease, step.clone())).await {
            Ok(armed) => armed.map_or(Arm::Lost, Arm::Armed),
            Err(error) => {
                tracing::warn!(error = %error, "commit not armed, so not sent");
                Arm::Unknown
            }
        }
    }

    /// It may be armed or not, and nothing was sent: that is certain, so that there is nothing to doubt.
    fn failure_without_arming(&self) -> Failure {
        Failure {
            class: ErrorClass::Transient,
            code: "arming_unknown".to_owned(),
            provider_code: None,
            provider_message: None,
            cause: "Postern's own database did not answer, so that nothing was sent".to_owned(),
            fix: "nothing; it is tried again".to_owned(),
            attempt: 0,
            at: self.deps.clock.now(),
        }
    }

    /// Sends the one request that makes the entry public.
    async fn commit(&mut self, adapter: &dyn Provider, step: &Step, armed: &Armed) -> (Outcome, Trace) {
        let publication = &self.claimed.publication;
        if let Some(at) = publication
            .publish_at
            .filter(|_| publication.entry == 0 && publication.attempts == 0)
        {
            metrics::late(publication.provider.as_str(), armed.at.since(at));
        }
        match self.commit_once(adapter, step, armed).await {
            Ok((committed, trace)) => (self.entry_out(committed), trace),
            Err(failed) => self.outcome_of(failed).await,
        }
    }

    async fn commit_once(
        &self,
        adapter: &dyn Provider,
        step: &Step,
        armed: &Armed,
    ) -> Result<(Committed, Trace), Failed> {
        let _turn = self.turn().await;
        // Whoever stood still since the arming may not send: others look for the commit by now, or have repeated it.
        if self.is_lost() {
            return Err(Failed::unsent(lease_over(), "commit"));
        }
        let (cx, entry) = self.order().map_err(|error| Failed::unsent(error, "commit"))?;
        let call = adapter.commit(&cx, &entry, step, armed);
        let sent = bounded(Phase::Commit, self.deps.settings.step_deadline, call).await;
        let trace = cx.platform.trace("commit");
        match sent {
            Ok(committed) => Ok((committed, trace)),
            Err(error) => Err(Failed {
                error,
                operation: "commit",
                trace,
            }),
        }
    }

    fn entry_out(&self, committed: Committed) -> Outcome {
        let (release, next_delay) = self.release_of(committed);
        tracing::info!(
            release.url = release.url.as_deref().unwrap_or(""),
            "entry released"
        );
        Outcome::EntryOut { release, next_delay }
    }

    /// What exists now, and how long the next entry waits.
    pub(crate) fn release_of(&self, committed: Committed) -> (Release, Duration) {
        let entry = self.claimed.publication.entry;
        let next = usize::try_from(entry)
            .ok()
            .and_then(|entry| self.claimed.entries.get(entry + 1));
        let release = Release {
            entry,
            remote_id: committed.remote_id,
            url: committed.url,
            carry: committed.carry,
            released_at: self.deps.clock.now(),
        };
        (release, next.map_or(Duration::ZERO, |entry| entry.delay))
    }
}

fn lease_over() -> ProviderError {
    ProviderError::new(
        ErrorClass::Transient,
        "lease_over",
        "the worker stood still for longer than its lease, so that nothing was sent",
        "nothing; it is tried again",
    )
}

fn stop(outcome: Outcome, trace: Trace) -> Prepare {
    Prepare::Stop(Box::new((outcome, trace)))
}

/// Whether the grant is fresh now and the step may be done again.
fn wants_repetition(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Failed(failure) => failure.class == ErrorClass::Refresh,
        Outcome::EntryOut { .. } | Outcome::Waiting { .. } | Outcome::Detected(_) | Outcome::GivenBack => {
            false
        }
    }
}
