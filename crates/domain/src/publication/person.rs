//! What a person decides about a publication: what it shall be, when, whether at all, and whether it arrived.

use std::time::Duration;

use super::{Publication, Refusal, Release, State, Transition};
use crate::failure::ErrorClass;
use crate::post::Resolution;
use crate::time::Timestamp;
use crate::value::Settings;

/// What one channel's part shall be after an edit of its post.
#[derive(Debug, Clone, PartialEq)]
pub struct Edit {
    /// How many entries there are now.
    pub entries: u32,
    /// The author's choices now.
    pub settings: Settings,
    /// Whether an entry that is not out or a choice differs from what it was.
    pub differs: bool,
    /// When it shall go out; absent leaves it where it stands.
    pub plan: Option<Plan>,
}

/// When something shall go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plan {
    /// Not before somebody says so; the time is only a wish.
    Draft(Option<Timestamp>),
    /// At this time.
    At(Timestamp),
}

impl Publication {
    /// Whether a person or client may still change what will be sent; of entries that are out nothing.
    pub fn is_editable(&self) -> bool {
        Transition::Edit.starts_in(self.state)
    }

    /// Changes what will be sent, and when if the edit says so; only before a worker has it.
    ///
    /// What differs has the whole budget of tries again and is prepared anew.
    ///
    /// Errors: [`Refusal::PartlyOut`] when the edit would drop entries that are out, or leave nothing to send beside
    /// them.
    pub fn edit(&mut self, edit: Edit, now: Timestamp) -> Result<(), Refusal> {
        let by = if self.state == State::Cancelled {
            Transition::Restore
        } else {
            Transition::Edit
        };
        self.check(by)?;
        let keeps_what_is_out =
            edit.entries > self.entry && by == Transition::Edit && !matches!(edit.plan, Some(Plan::Draft(_)));
        if self.entry > 0 && !keeps_what_is_out {
            return Err(Refusal::PartlyOut { entries: self.entry });
        }
        // Whoever was told of it before is too late now.
        self.fence += 1;
        self.entries = edit.entries;
        self.settings = edit.settings;
        if edit.differs {
            self.step = None;
            self.tries = 0;
        }
        self.updated_at = now;
        match edit.plan {
            Some(Plan::At(at)) => {
                self.enter(by, State::Scheduled);
                self.plan_at(at, now);
            }
            Some(Plan::Draft(at)) => {
                self.enter(by, State::Draft);
                self.publish_at = at;
                self.attempts = 0;
                self.failure = None;
                self.tries = 0;
                self.free(None, now);
            }
            None => self.stay(by),
        }
        Ok(())
    }

    /// Takes it out of the plan; only before a worker has it, or when it ended and not all of it is out.
    pub fn cancel(&mut self, now: Timestamp) -> Result<(), Refusal> {
        self.check(Transition::Cancel)?;
        self.enter(Transition::Cancel, State::Cancelled);
        self.free(None, now);
        Ok(())
    }

    /// Gives it another time; only before a worker has it. Also revives what was missed or failed; a thread goes on
    /// then at the first entry that is not out.
    pub fn reschedule(&mut self, at: Timestamp, now: Timestamp) -> Result<(), Refusal> {
        self.check(Transition::Reschedule)?;
        self.enter(Transition::Reschedule, State::Scheduled);
        self.plan_at(at, now);
        Ok(())
    }

    /// Sends what failed or was missed once more, from the first entry that is not out.
    ///
    /// Errors: [`Refusal::Unchanged`] when the platform refused it and neither content nor settings were changed.
    pub fn retry(&mut self, now: Timestamp) -> Result<(), Refusal> {
        self.check(Transition::Retry)?;
        if self.is_refused() {
            return Err(Refusal::Unchanged);
        }
        self.enter(Transition::Retry, State::Scheduled);
        self.tries = 0;
        self.step = None;
        // A person asked for it now: the lateness rule has been answered.
        self.publish_at = Some(now).filter(|_| self.entry == 0).or(self.publish_at);
        self.free(Some(now), now);
        Ok(())
    }

    /// Whether the platform refused what it still consists of, so that sending it again would end the same way.
    pub fn is_refused(&self) -> bool {
        // A change of content or settings gives back the whole budget.
        let is_as_refused = self.tries > 0;
        self.state == State::Failed
            && is_as_refused
            && self
                .failure
                .as_ref()
                .is_some_and(|failure| failure.class == ErrorClass::Rejected)
    }

    /// A person's answer about a publication in doubt.
    pub fn resolve(&mut self, answer: &Resolution, now: Timestamp) -> Result<(), Refusal> {
        self.check(Transition::Confirm)?;
        // Whoever still looks for evidence is too late now.
        self.fence += 1;
        match answer {
            Resolution::Published { url } => {
                let release = Release {
                    entry: self.entry,
                    remote_id: Release::UNKNOWN.to_owned(),
                    url: url.clone(),
                    carry: None,
                    released_at: self.armed.as_ref().map_or(now, |armed| armed.at),
                };
                self.settle_entry(Transition::Confirm, release, Duration::ZERO, now);
            }
            Resolution::SendAgain => {
                self.run += 1;
                self.armed = None;
                self.step = None;
                self.tries = 0;
                self.enter(Transition::SendAgain, State::Scheduled);
                self.free(Some(now), now);
            }
        }
        Ok(())
    }

    /// Gives what is out the platform's id, where nobody knew it; nothing else changes. Answers the release.
    ///
    /// Errors: [`Refusal::WrongState`] when it is not published, or its first entry's id is known.
    pub fn name_release(&mut self, remote_id: &str) -> Result<&Release, Refusal> {
        let state = self.state;
        let unnamed = self
            .releases
            .iter_mut()
            .find(|release| release.entry == 0 && release.is_unnamed());
        match unnamed {
            Some(release) if state == State::Published => {
                remote_id.clone_into(&mut release.remote_id);
                Ok(release)
            }
            Some(_) | None => Err(Refusal::WrongState { state }),
        }
    }

    /// An edit without a time leaves a publication where it stands; what was cancelled is a draft again.
    fn stay(&mut self, by: Transition) {
        let to = if by == Transition::Restore {
            State::Draft
        } else {
            self.state
        };
        self.enter(by, to);
    }

    /// A new time and a new budget; what is out keeps the time it was meant for.
    fn plan_at(&mut self, at: Timestamp, now: Timestamp) {
        if self.entry == 0 {
            self.publish_at = Some(at);
            self.attempts = 0;
        }
        self.failure = None;
        self.tries = 0;
        self.free(Some(at), now);
    }
}
