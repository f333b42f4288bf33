//! What a worker reports, and what follows from it.

use std::time::Duration;

use super::{Publication, Refusal, Release, State, Step, Transition};
use crate::failure::{ErrorClass, Failure};
use crate::time::Timestamp;

/// How one piece of work ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The current entry is out.
    EntryOut {
        /// What exists now.
        release: Release,
        /// How long to wait before the next entry, as the author asked.
        next_delay: Duration,
    },
    /// The platform is still working.
    Waiting {
        /// What is needed to go on.
        step: Step,
        /// When to look again.
        look_again_at: Timestamp,
    },
    /// It failed.
    Failed(Failure),
    /// The search for a lost commit ended.
    Detected(Detection),
    /// The worker stops before it began to send; somebody else shall take it at once.
    GivenBack,
}

/// What the search for a lost commit found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Detection {
    /// It is there.
    Found {
        /// What exists.
        release: Release,
        /// How long to wait before the next entry, as the author asked.
        next_delay: Duration,
    },
    /// It is not there, and the platform makes that certain: sending again is safe.
    Absent,
    /// The platform cannot tell, now or ever.
    Unknown {
        /// When asking again may help.
        look_again_at: Option<Timestamp>,
    },
}

/// What the worker does after its report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// It goes on with this entry; the lease holds.
    Entry(u32),
    /// It is done with this publication.
    Stop,
}

/// The rules of retry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Tries a publication has before it fails for good.
    pub max_tries: u32,
    /// The first pause; each further one doubles.
    pub backoff_base: Duration,
    /// The longest pause.
    pub backoff_cap: Duration,
    /// Searches for evidence before a person is asked.
    pub max_detections: u32,
    /// How long a commit is looked for while the platform cannot be asked.
    pub search_for: Duration,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            max_tries: 6,
            backoff_base: Duration::from_secs(15),
            backoff_cap: Duration::from_mins(30),
            max_detections: 8,
            search_for: Duration::from_hours(24),
        }
    }
}

impl Rules {
    /// The pause after the given number of tries: capped, doubling, spread by `jitter` (0 to 999) over the upper
    /// half.
    pub fn pause(&self, tries: u32, jitter: u32) -> Duration {
        let doubled = self
            .backoff_base
            .saturating_mul(2_u32.saturating_pow(tries.saturating_sub(1).min(20)));
        self.spread(doubled, jitter)
    }

    /// The pause before a platform is asked again that could not be asked: the longer, the older the doubt is.
    fn pause_in_doubt(&self, age: Duration, jitter: u32) -> Duration {
        self.spread((age / 2).max(self.backoff_base), jitter)
    }

    fn spread(&self, pause: Duration, jitter: u32) -> Duration {
        let whole = pause.min(self.backoff_cap);
        whole / 2 + (whole / 2).mul_f64(f64::from(jitter % 1000) / 1000.0)
    }
}

impl Publication {
    /// Takes a worker's report. `jitter` is a random number that spreads retries.
    ///
    /// A report that comes again, because the answer to the first was lost, changes nothing and is answered alike.
    ///
    /// Errors: [`Refusal::Stale`] when the lease is not this worker's any more; nothing is changed then.
    pub fn apply(
        &mut self,
        fence: u64,
        outcome: Outcome,
        now: Timestamp,
        rules: &Rules,
        jitter: u32,
    ) -> Result<Next, Refusal> {
        self.check_held(fence)?;
        if self.was_told(&outcome) {
            return Ok(Next::Entry(self.entry));
        }
        self.check(self.transition_of(&outcome))?;
        self.attempts += 1;
        match outcome {
            Outcome::EntryOut { release, next_delay } => {
                Ok(self.settle_entry(Transition::Release, release, next_delay, now))
            }
            Outcome::Detected(Detection::Found { release, next_delay }) => {
                Ok(self.settle_entry(Transition::Find, release, next_delay, now))
            }
            Outcome::Waiting { .. } | Outcome::GivenBack if self.state != State::Preparing => {
                // Only what was not sent can wait or be given back.
                self.doubt(Some(now), now);
                Ok(Next::Stop)
            }
            Outcome::Waiting { step, look_again_at } => {
                self.step = Some(step);
                self.enter(Transition::Wait, State::Waiting);
                self.free(Some(look_again_at), now);
                Ok(Next::Stop)
            }
            Outcome::GivenBack => {
                self.enter(Transition::GiveBack, State::Scheduled);
                self.free(Some(now), now);
                Ok(Next::Stop)
            }
            Outcome::Failed(failure) => {
                self.fail(failure, now, rules, jitter);
                Ok(Next::Stop)
            }
            Outcome::Detected(Detection::Absent) => {
                self.rule_out(now, rules);
                Ok(Next::Stop)
            }
            Outcome::Detected(Detection::Unknown { look_again_at }) => {
                self.detections += 1;
                let again = look_again_at.filter(|_| self.detections < rules.max_detections);
                self.doubt(again, now);
                Ok(Next::Stop)
            }
        }
    }

    /// The commit never arrived: it is sent again, unless its tries are used up.
    fn rule_out(&mut self, now: Timestamp, rules: &Rules) {
        self.armed = None;
        if self.tries < rules.max_tries {
            self.enter(Transition::RuleOut, State::Scheduled);
            self.free(Some(now), now);
            return;
        }
        let last = self.failure.take().unwrap_or_else(|| self.lost_workers(now));
        // It is certain now that nothing was created.
        self.failure = Some(Failure {
            class: ErrorClass::Transient,
            ..last
        });
        self.enter(Transition::RuleOut, State::Failed);
        self.free(None, now);
    }

    /// Whether this is the report of an entry that is known to be out: the answer to the first one was lost, so it
    /// comes again.
    fn was_told(&self, outcome: &Outcome) -> bool {
        match outcome {
            Outcome::EntryOut { release, .. } | Outcome::Detected(Detection::Found { release, .. }) => {
                release.entry < self.entry
            }
            Outcome::Waiting { .. }
            | Outcome::Failed(_)
            | Outcome::Detected(Detection::Absent | Detection::Unknown { .. })
            | Outcome::GivenBack => false,
        }
    }

    /// What a report stands for: an answer needs an armed commit, evidence a doubt.
    fn transition_of(&self, outcome: &Outcome) -> Transition {
        let in_doubt = self.state == State::Unconfirmed;
        match outcome {
            Outcome::EntryOut { .. } => Transition::Release,
            Outcome::Detected(_) | Outcome::Waiting { .. } | Outcome::GivenBack | Outcome::Failed(_)
                if in_doubt =>
            {
                Transition::Search
            }
            Outcome::Detected(_) => Transition::Find,
            Outcome::Waiting { .. } | Outcome::GivenBack | Outcome::Failed(_) => Transition::Repeat,
        }
    }

    /// One entry is out: the next follows at once, after its delay, or all are out.
    ///
    /// After an answer the same lease goes on; after evidence or a person's word a new one does, for what follows may
    /// need another kind of work.
    pub(super) fn settle_entry(
        &mut self,
        by: Transition,
        release: Release,
        next_delay: Duration,
        now: Timestamp,
    ) -> Next {
        self.releases.push(release);
        self.entry += 1;
        self.armed = None;
        self.step = None;
        self.failure = None;
        self.tries = 0;
        self.detections = 0;
        if self.entry >= self.entries {
            self.published_at = Some(now);
            self.enter(by, State::Published);
            self.free(None, now);
        } else if !next_delay.is_zero() {
            self.enter(by, State::Waiting);
            self.free(Some(now.plus(next_delay)), now);
        } else if by == Transition::Release {
            self.enter(by, State::Preparing);
            self.updated_at = now;
            return Next::Entry(self.entry);
        } else {
            self.enter(by, State::Scheduled);
            self.free(Some(now), now);
        }
        Next::Stop
    }

    fn fail(&mut self, mut failure: Failure, now: Timestamp, rules: &Rules, jitter: u32) {
        failure.attempt = self.attempts;
        let class = failure.class;
        self.failure = Some(failure);
        if self.state == State::Unconfirmed {
            self.fail_in_doubt(class, now, rules, jitter);
            return;
        }
        self.tries += 1;
        // The provider vouches that nothing was created, except where it says that it cannot tell.
        match class {
            ErrorClass::Unconfirmed if self.armed.is_some() => return self.doubt(Some(now), now),
            ErrorClass::Reconnect => {
                self.enter(Transition::LoseAccess, State::Held);
                self.free(None, now);
            }
            ErrorClass::Rejected => self.give_up(now),
            ErrorClass::RateLimited { until } => {
                // Patience costs no try; a limit delays, never fails.
                self.tries -= 1;
                let due = until
                    .unwrap_or_else(|| now.plus(rules.pause(self.attempts, jitter)))
                    .max(now);
                self.repeat(due, now);
            }
            ErrorClass::Refresh | ErrorClass::Transient | ErrorClass::Unconfirmed
                if self.tries >= rules.max_tries =>
            {
                self.give_up(now);
            }
            // The worker has a fresh grant by now, so there is nothing to wait for.
            ErrorClass::Refresh if self.tries == 1 => self.repeat(now, now),
            // Before the arming nothing was sent, so there is nothing to doubt.
            ErrorClass::Refresh | ErrorClass::Transient | ErrorClass::Unconfirmed => {
                self.repeat(now.plus(rules.pause(self.tries, jitter)), now);
            }
        }
        self.armed = None;
    }

    fn repeat(&mut self, due_at: Timestamp, now: Timestamp) {
        self.enter(Transition::Repeat, State::Scheduled);
        self.free(Some(due_at), now);
    }

    fn give_up(&mut self, now: Timestamp) {
        self.enter(Transition::Fail, State::Failed);
        self.free(None, now);
    }

    /// Looking for evidence failed: nothing is known more than before, so it stays in doubt.
    ///
    /// Where the platform could not be asked nothing was learnt, so neither a search nor a try is used up. Answers are
    /// lost when platforms fail, and a person can tell no more than the platform will when it is back.
    fn fail_in_doubt(&mut self, class: ErrorClass, now: Timestamp, rules: &Rules, jitter: u32) {
        let again = match class {
            ErrorClass::RateLimited { until: Some(until) } => Some(until.max(now)),
            ErrorClass::RateLimited { until: None }
            | ErrorClass::Refresh
            | ErrorClass::Reconnect
            | ErrorClass::Transient
            | ErrorClass::Unconfirmed => self.next_search(now, rules, jitter),
            ErrorClass::Rejected => None,
        };
        self.doubt(again, now);
    }

    /// When the platform is asked again that could not be asked; none when it was looked for long enough.
    pub(super) fn next_search(&self, now: Timestamp, rules: &Rules, jitter: u32) -> Option<Timestamp> {
        let age = now.since(self.armed.as_ref()?.at);
        (age < rules.search_for).then(|| now.plus(rules.pause_in_doubt(age, jitter)))
    }

    fn doubt(&mut self, look_again_at: Option<Timestamp>, now: Timestamp) {
        let by = if self.state == State::Unconfirmed {
            Transition::Search
        } else {
            Transition::Doubt
        };
        self.enter(by, State::Unconfirmed);
        self.free(look_again_at, now);
    }
}
