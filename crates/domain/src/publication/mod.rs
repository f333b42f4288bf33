//! One post on one channel: the unit that is due, leased, tried and reported.
//!
//! [`Publication`] is the state machine that keeps a post from going out twice. Every change goes through one of
//! its named transitions, which [`RULES`] lists; a report that carries an old fencing number changes nothing.

mod hold;
mod lapse;
mod outcome;
mod person;
mod room;
mod state;
mod transition;

use std::fmt;
use std::time::Duration;

use crate::failure::{Failure, Trace};
use crate::id::{AttemptId, ChannelId, PostId, PublicationId, WorkspaceId};
use crate::manifest::ProviderId;
use crate::time::Timestamp;
use crate::value::Settings;

pub use outcome::{Detection, Next, Outcome, Rules};
pub use person::{Edit, Plan};
pub use state::State;
pub use transition::{Cause, INITIAL, RULES, Rule, Transition};

/// One post on one channel.
#[derive(Debug, Clone, PartialEq)]
pub struct Publication {
    /// Its id.
    pub id: PublicationId,
    /// The workspace it belongs to.
    pub workspace: WorkspaceId,
    /// The post.
    pub post: PostId,
    /// The channel.
    pub channel: ChannelId,
    /// The channel's provider.
    pub provider: ProviderId,
    /// The stream its work travels on.
    pub lane: String,
    /// What the author asked for.
    pub publish_at: Option<Timestamp>,
    /// Where it stands.
    pub state: State,
    /// When work may start: on the post, on the next look at the platform, or on the next search for evidence.
    pub due_at: Option<Timestamp>,
    /// Counts up with each lease.
    pub fence: u64,
    /// Counts up with each stored change; storage alone sets it.
    pub revision: u64,
    /// Who holds the lease.
    pub holder: Option<String>,
    /// When the lease lapses.
    pub lease_until: Option<Timestamp>,
    /// The first entry that is not out, from 0.
    pub entry: u32,
    /// How many entries there are.
    pub entries: u32,
    /// What the provider needs to go on with the current entry, JSON text only it reads.
    pub step: Option<Step>,
    /// The commit that was armed and of which no outcome is known.
    pub armed: Option<Armed>,
    /// Counts up when a person says "send again", so that the platform sees a new key.
    pub run: u32,
    /// Tries that count against the budget.
    pub tries: u32,
    /// Tries of any kind.
    pub attempts: u32,
    /// Searches for evidence since the last arming.
    pub detections: u32,
    /// What went wrong last.
    pub failure: Option<Failure>,
    /// What exists at the platform, one per entry that is out.
    pub releases: Vec<Release>,
    /// What the author chose for this channel.
    pub settings: Settings,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When its last entry went out.
    pub published_at: Option<Timestamp>,
}

/// The provider's own progress on one entry.
#[derive(Clone, PartialEq, Eq)]
pub struct Step(pub String);

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Step({} bytes)", self.0.len())
    }
}

/// A commit that is about to be sent or was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Armed {
    /// When it was armed.
    pub at: Timestamp,
    /// The key that makes it recognisable, where the platform takes one.
    pub key: String,
}

/// What exists at the platform for one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// Which entry, from 0.
    pub entry: u32,
    /// The platform's id.
    pub remote_id: String,
    /// The public address.
    pub url: Option<String>,
    /// What the provider needs to answer or measure it later, JSON text only it reads.
    pub carry: Option<String>,
    /// When it went out.
    pub released_at: Timestamp,
}

impl Release {
    /// The id of what is out under an id that nobody knows.
    pub const UNKNOWN: &'static str = "missing";

    /// Whether the platform's id is not known.
    pub fn is_unnamed(&self) -> bool {
        self.remote_id.is_empty() || self.remote_id == Self::UNKNOWN
    }
}

/// The right to work on one publication: its id and fencing number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Lease {
    /// Which publication.
    pub publication: PublicationId,
    /// The fencing number.
    pub fence: u64,
}

/// One try, as people see it later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Its id.
    pub id: AttemptId,
    /// Of which publication.
    pub publication: PublicationId,
    /// Which try, from 1.
    pub number: u32,
    /// Which entry, from 0.
    pub entry: u32,
    /// When the worker began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Timestamp,
    /// How it ended: `released`, `waiting`, an error class, or `detected`.
    pub outcome: String,
    /// What went wrong.
    pub failure: Option<Failure>,
    /// What the platform said.
    pub trace: Trace,
}

/// Why a transition did not happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The lease is not held any more; nothing was changed.
    #[error("the lease with this fencing number is gone")]
    Stale,
    /// Not possible in this state; nothing was changed.
    #[error("not possible while {state}")]
    WrongState {
        /// The state it is in.
        state: State,
    },
    /// The platform refused it and it is what it was then; nothing was changed.
    #[error("the platform refused it and nothing was changed since")]
    Unchanged,
    /// Entries that are out cannot be taken back; nothing was changed.
    #[error("its first {entries} entries are out")]
    PartlyOut {
        /// How many are out.
        entries: u32,
    },
}

impl Publication {
    /// Takes a due publication for a worker, or declares it missed when the lateness rule says so.
    ///
    /// Publications that were begun before are never missed. Answers whether there is work to announce.
    pub fn lease(&mut self, now: Timestamp, until: Timestamp, lateness: Duration) -> Result<bool, Refusal> {
        self.check(Transition::Lease)?;
        if self.is_missed(now, lateness) {
            self.enter(Transition::Miss, State::Missed);
            self.free(None, now);
            return Ok(false);
        }
        self.fence += 1;
        self.holder = None;
        self.lease_until = Some(until);
        self.updated_at = now;
        // A publication in doubt stays so while evidence is looked for.
        let to = if self.state == State::Unconfirmed {
            State::Unconfirmed
        } else {
            State::Leased
        };
        self.enter(Transition::Lease, to);
        self.due_at = None;
        Ok(true)
    }

    /// A worker takes what was leased; a second worker with the same announcement gets [`Refusal::Stale`].
    ///
    /// The lease runs to `until` unless most of it is still ahead: the end is indexed, and leaving it where it is
    /// makes the claim a cheap write. Heartbeats move it soon enough.
    pub fn claim(
        &mut self,
        fence: u64,
        holder: &str,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        self.check_fence(fence)?;
        if self.holder.is_some() || self.lease_until.is_none() {
            return Err(Refusal::Stale);
        }
        self.check(Transition::Claim)?;
        let to = if self.state == State::Unconfirmed {
            State::Unconfirmed
        } else {
            State::Preparing
        };
        self.enter(Transition::Claim, to);
        self.holder = Some(holder.to_owned());
        let (whole, left) = (until.since(now), self.lease_until.map(|end| end.since(now)));
        if left.is_none_or(|left| left < whole / 3 * 2) {
            self.lease_until = Some(until);
        }
        self.updated_at = now;
        Ok(())
    }

    /// Keeps the lease alive.
    pub fn extend(&mut self, fence: u64, until: Timestamp) -> Result<(), Refusal> {
        self.check_fence(fence)?;
        if self.lease_until.is_none() {
            return Err(Refusal::Stale);
        }
        self.lease_until = Some(until);
        Ok(())
    }

    /// Stores the provider's progress on the current entry.
    pub fn save_step(&mut self, fence: u64, step: Step, now: Timestamp) -> Result<(), Refusal> {
        self.check_held(fence)?;
        self.check(Transition::Progress)?;
        self.enter(Transition::Progress, State::Preparing);
        self.step = Some(step);
        self.updated_at = now;
        Ok(())
    }

    /// Says "the commit is about to be sent" before it is sent. One arming allows one sending.
    ///
    /// The key stays the same until a person asks to send again, so that platforms which know keys recognise a
    /// repetition.
    pub fn arm(&mut self, fence: u64, step: Step, now: Timestamp) -> Result<Armed, Refusal> {
        self.check_held(fence)?;
        self.check(Transition::Arm)?;
        let armed = Armed {
            at: now,
            key: self.commit_key(),
        };
        self.step = Some(step);
        self.armed = Some(armed.clone());
        self.detections = 0;
        self.enter(Transition::Arm, State::Armed);
        self.updated_at = now;
        Ok(armed)
    }

    /// The key of the current entry's commit.
    pub fn commit_key(&self) -> String {
        format!("{}.{}.{}", self.id, self.entry, self.run)
    }

    /// Its channel must be connected again, or a pause is on: it waits. What is armed stays as it is.
    pub fn hold(&mut self, now: Timestamp) -> Result<(), Refusal> {
        self.check(Transition::Hold)?;
        self.enter(Transition::Hold, State::Held);
        self.free(None, now);
        Ok(())
    }

    /// Nothing holds it any more: due at its time, at once when that has passed, missed when that is too long ago.
    pub fn resume(&mut self, now: Timestamp, lateness: Duration) -> Result<(), Refusal> {
        self.check(Transition::Resume)?;
        if self.entry == 0 && self.is_later_than(now, lateness) {
            self.enter(Transition::Miss, State::Missed);
            self.free(None, now);
            return Ok(());
        }
        self.enter(Transition::Resume, State::Scheduled);
        // Keeping the time that was asked for keeps the order in which what is late goes out.
        self.free(self.publish_at.or(Some(now)), now);
        Ok(())
    }

    fn is_later_than(&self, now: Timestamp, lateness: Duration) -> bool {
        self.publish_at.is_some_and(|at| now.since(at) > lateness)
    }

    /// Whether a transition may happen now.
    fn check(&self, by: Transition) -> Result<(), Refusal> {
        if by.starts_in(self.state) {
            Ok(())
        } else {
            Err(Refusal::WrongState { state: self.state })
        }
    }

    /// The one way into a state.
    fn enter(&mut self, by: Transition, to: State) {
        debug_assert!(
            by.leads(self.state, to),
            "{by} does not lead from {} to {to}",
            self.state
        );
        self.state = to;
    }

    fn check_fence(&self, fence: u64) -> Result<(), Refusal> {
        if self.fence == fence {
            Ok(())
        } else {
            Err(Refusal::Stale)
        }
    }

    fn check_held(&self, fence: u64) -> Result<(), Refusal> {
        self.check_fence(fence)?;
        if self.holder.is_some() && self.lease_until.is_some() {
            Ok(())
        } else {
            Err(Refusal::Stale)
        }
    }

    /// Gives the lease back.
    fn free(&mut self, due_at: Option<Timestamp>, now: Timestamp) {
        self.holder = None;
        self.lease_until = None;
        self.due_at = due_at;
        self.updated_at = now;
    }
}

#[cfg(test)]
mod history_tests;
#[cfg(test)]
mod tests;
