//! What becomes of a held publication when nothing holds it any more.

use std::time::Duration;

use super::{Publication, Refusal, Rules, State, Transition};
use crate::pause::CatchUp;
use crate::time::Timestamp;

impl Publication {
    /// Lets a held publication go: due at its time, and when that has passed as `choice` says.
    ///
    /// What is late keeps its place among the others that are late. A thread that had begun always goes on.
    pub fn catch_up(&mut self, choice: CatchUp, now: Timestamp, lateness: Duration) -> Result<(), Refusal> {
        self.check(Transition::Resume)?;
        let planned = self.publish_at;
        let is_late = self.entry == 0 && planned.is_some_and(|at| at < now);
        match choice {
            CatchUp::Miss if is_late => {
                self.enter(Transition::Miss, State::Missed);
                self.free(None, now);
            }
            CatchUp::Send if is_late => {
                self.enter(Transition::Resume, State::Scheduled);
                // A person asked for it now: the lateness rule has been answered.
                self.publish_at = Some(now);
                self.free(planned, now);
            }
            CatchUp::Rule | CatchUp::Send | CatchUp::Miss => return self.resume(now, lateness),
        }
        Ok(())
    }

    /// Its channel has no access, so that nobody can look for what is in doubt. The reconnect has it looked for at once;
    /// the later time is for one that crosses with a reconnect.
    pub fn await_access(&mut self, now: Timestamp, rules: &Rules, jitter: u32) -> Result<(), Refusal> {
        self.check(Transition::AwaitAccess)?;
        if self.lease_until.is_some() {
            return Err(Refusal::WrongState { state: self.state });
        }
        self.enter(Transition::AwaitAccess, State::Unconfirmed);
        self.free(self.next_search(now, rules, jitter), now);
        Ok(())
    }

    /// Its channel works again: what is in doubt, and could not be looked for without access, is looked for now.
    pub fn look_again(&mut self, now: Timestamp) -> Result<(), Refusal> {
        self.check(Transition::LookAgain)?;
        if self.lease_until.is_some() || self.due_at.is_some_and(|at| at <= now) {
            return Err(Refusal::WrongState { state: self.state });
        }
        self.enter(Transition::LookAgain, State::Unconfirmed);
        self.detections = 0;
        self.free(Some(now), now);
        Ok(())
    }
}
