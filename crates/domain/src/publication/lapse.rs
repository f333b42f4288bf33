//! What follows when a lease runs out without a report.

use std::time::Duration;

use super::{Publication, Refusal, Rules, State, Transition};
use crate::failure::{ErrorClass, Failure};
use crate::time::Timestamp;

impl Publication {
    /// The lease ran out without a report: what was repeatable is due again, what was armed is in doubt.
    ///
    /// Where a worker had it, a try or a search is used up: work that takes its worker down with it must end some time.
    pub fn lapse(&mut self, now: Timestamp, rules: &Rules, jitter: u32) -> Result<(), Refusal> {
        if self.lease_until.is_none_or(|until| until > now) {
            return Err(Refusal::WrongState { state: self.state });
        }
        self.check(Transition::Lapse)?;
        // Lapsed work counts as begun, so that the lateness rule does not throw it away.
        self.attempts += 1;
        self.fence += 1;
        let had_worker = self.holder.is_some();
        let (to, due_at) = match self.state {
            State::Unconfirmed => (
                State::Unconfirmed,
                self.after_lost_search(had_worker, now, rules, jitter),
            ),
            _ if self.armed.is_some() => {
                self.tries += u32::from(had_worker);
                (State::Unconfirmed, Some(now))
            }
            _ => self.after_lost_try(had_worker, now, rules, jitter),
        };
        self.enter(Transition::Lapse, to);
        self.free(due_at, now);
        Ok(())
    }

    /// When the next search is due after one whose worker was lost; none when a person is to be asked.
    fn after_lost_search(
        &mut self,
        had_worker: bool,
        now: Timestamp,
        rules: &Rules,
        jitter: u32,
    ) -> Option<Timestamp> {
        if !had_worker {
            return Some(now);
        }
        self.detections += 1;
        (self.detections < rules.max_detections).then(|| now.plus(rules.pause(self.detections, jitter)))
    }

    /// What follows work whose worker was lost before it armed anything. The first time it is done again at once.
    fn after_lost_try(
        &mut self,
        had_worker: bool,
        now: Timestamp,
        rules: &Rules,
        jitter: u32,
    ) -> (State, Option<Timestamp>) {
        self.tries += u32::from(had_worker);
        if had_worker && self.tries >= rules.max_tries {
            self.failure = Some(self.lost_workers(now));
            return (State::Failed, None);
        }
        let pause = if had_worker && self.tries > 1 {
            rules.pause(self.tries - 1, jitter)
        } else {
            Duration::ZERO
        };
        (State::Scheduled, Some(now.plus(pause)))
    }

    /// Why it failed when its workers ended again and again.
    pub(super) fn lost_workers(&self, now: Timestamp) -> Failure {
        Failure {
            class: ErrorClass::Transient,
            code: "worker_lost".to_owned(),
            provider_code: None,
            provider_message: None,
            cause: "the workers that had this in hand ended again and again without a word".to_owned(),
            fix: "look why workers end (their memory, their logs), then retry".to_owned(),
            attempt: self.attempts,
            at: now,
        }
    }
}
