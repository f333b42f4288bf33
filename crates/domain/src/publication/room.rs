//! Waiting for room at the platform: a limit delays, never fails.

use std::time::Duration;

use super::{Publication, Refusal, State, Transition};
use crate::failure::{ErrorClass, Failure};
use crate::time::Timestamp;

impl Publication {
    /// Whether the lateness rule throws it away now: never begun, and too long after its time.
    ///
    /// A limit delays and never fails, so for what waits for one the time is the end of that wait.
    pub fn is_missed(&self, now: Timestamp, lateness: Duration) -> bool {
        if self.state != State::Scheduled || self.attempts > 0 {
            return false;
        }
        match self.due_at.filter(|_| self.waits_for_room()) {
            Some(due) => now.since(due) > lateness,
            None => self.is_later_than(now, lateness),
        }
    }

    /// Whether it would be out if the platform took more.
    pub fn waits_for_room(&self) -> bool {
        let limited = |failure: &Failure| matches!(failure.class, ErrorClass::RateLimited { .. });
        self.state == State::Scheduled && self.failure.as_ref().is_some_and(limited)
    }

    /// How many commits will follow when a worker gets it now that were not counted before: what is in doubt, in
    /// work at the platform, or between two entries was counted when it was first handed out.
    pub fn uncounted(&self) -> u32 {
        match self.state {
            State::Scheduled => self.entries.saturating_sub(self.entry),
            State::Draft
            | State::Leased
            | State::Preparing
            | State::Waiting
            | State::Armed
            | State::Unconfirmed
            | State::Published
            | State::Failed
            | State::Missed
            | State::Cancelled
            | State::Held => 0,
        }
    }

    /// The platform takes no more before `until`: it waits, which costs no try. `reason` is what people read; what
    /// is in doubt keeps its own.
    pub fn postpone(&mut self, until: Timestamp, reason: Failure, now: Timestamp) -> Result<(), Refusal> {
        self.check(Transition::Postpone)?;
        if self.state == State::Scheduled {
            self.failure = Some(reason);
        }
        self.due_at = Some(until.max(now));
        self.updated_at = now;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{NOW, failure, later, publication};
    use super::*;

    const LATENESS: Duration = Duration::from_hours(6);

    fn limited() -> Failure {
        failure(ErrorClass::RateLimited { until: None })
    }

    #[test]
    fn waiting_for_room_costs_no_try_and_is_told() {
        let mut it = publication(3);
        assert_eq!((it.uncounted(), it.waits_for_room()), (3, false));
        it.postpone(later(900), limited(), NOW).unwrap();
        assert_eq!(
            (it.state, it.due_at, it.tries, it.attempts, it.waits_for_room()),
            (State::Scheduled, Some(later(900)), 0, 0, true)
        );
        assert!(it.is_editable());
        it.reschedule(later(5), NOW).unwrap();
        assert!(!it.waits_for_room());
    }

    #[test]
    fn a_wait_longer_than_the_lateness_rule_is_not_missed_but_downtime_after_it_is() {
        let day = 24 * 3600;
        for (after, goes) in [(day, true), (day + 6 * 3600, true), (day + 6 * 3600 + 1, false)] {
            let mut it = publication(1);
            it.postpone(later(day), limited(), NOW).unwrap();
            let now = later(after);
            assert_eq!(it.lease(now, now, LATENESS), Ok(goes), "{after}");
        }
    }

    #[test]
    fn what_was_counted_before_waits_without_being_counted_again() {
        let mut doubted = publication(2);
        doubted.state = State::Unconfirmed;
        doubted.failure = Some(failure(ErrorClass::Unconfirmed));
        doubted.postpone(later(60), limited(), NOW).unwrap();
        let class = doubted.failure.as_ref().map(|failure| failure.class);
        assert_eq!(
            (doubted.state, class),
            (State::Unconfirmed, Some(ErrorClass::Unconfirmed))
        );
        for state in State::ALL {
            let mut it = publication(2);
            it.state = state;
            let counted = state == State::Scheduled;
            assert_eq!(it.uncounted(), if counted { 2 } else { 0 }, "{state}");
            let postponed = it.postpone(later(60), limited(), NOW);
            assert_eq!(postponed.is_ok(), state.is_leasable(), "{state}");
        }
    }
}
