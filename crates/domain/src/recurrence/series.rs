//! The row that keeps a rule going, and the posts it makes.

use super::occurrences::Occurrence;
use super::rule::Rule;
use crate::id::{PostId, RecurrenceId, WorkspaceId};
use crate::post::{NewEntry, NewTarget, PostView};
use crate::time::{LocalDate, Timestamp};

/// Most posts that are made up for dates that passed while nothing ran; earlier dates are only counted.
const MOST_MADE_UP: usize = 10;

/// How a new post shall return.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewRecurrence {
    /// By this rule, whose dates count in place of the post's own time.
    Rule(Box<Rule>),
    /// Every so many days at the wall time of the post, in its zone, from the post on and without an end.
    EveryDays(u16),
}

/// What a post is to a recurrence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InSeries {
    /// Which recurrence.
    pub recurrence: RecurrenceId,
    /// Its place.
    pub place: Place,
}

/// The place of a post in a recurrence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// What the coming posts are made of. It never goes out itself and is in no list.
    Template,
    /// It stands for this date, also when it was moved.
    On(LocalDate),
}

impl InSeries {
    /// The date it stands for; a template stands for none.
    pub fn date(self) -> Option<LocalDate> {
        match self.place {
            Place::Template => None,
            Place::On(date) => Some(date),
        }
    }
}

/// Whether more posts are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecurrenceState {
    /// The next post is there, and when its time comes the one after it is made.
    Running,
    /// The rule has no further date, or somebody ended it.
    Ended,
}

impl RecurrenceState {
    /// All states.
    pub const ALL: [Self; 2] = [Self::Running, Self::Ended];

    /// The name on wires and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Ended => "ended",
        }
    }

    /// Reads [`RecurrenceState::as_str`] back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }
}

/// A stored rule with how far it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recurrence {
    /// Its id.
    pub id: RecurrenceId,
    /// The workspace it belongs to.
    pub workspace: WorkspaceId,
    /// What its posts are made of.
    pub template: PostId,
    /// The rule.
    pub rule: Rule,
    /// Whether more posts are made.
    pub state: RecurrenceState,
    /// The last date for which a post was made or left out for good.
    pub made_until: Option<LocalDate>,
    /// When the next post must be made: the instant of the one that was made last.
    pub advance_at: Option<Timestamp>,
    /// Counts up with each edit.
    pub version: u64,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// What an advance makes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Made {
    /// The dates for which a post is made, in order. All but the last may have passed: the lateness rule decides
    /// about these as about every late post.
    pub occurrences: Vec<Occurrence>,
    /// How many dates passed so long ago that no post is made for them.
    pub dropped: u32,
}

impl Recurrence {
    /// Whether more posts are made.
    pub fn is_running(&self) -> bool {
        self.state == RecurrenceState::Running
    }

    /// Goes on: what passed since the last post is made up, at most ten dates of it, and the next date ahead gets
    /// its post. Without a date ahead the recurrence has ended.
    pub fn advance(&mut self, now: Timestamp) -> Made {
        let mut made = Made::default();
        if !self.is_running() {
            return made;
        }
        let done = self.made_until;
        let rest = self
            .rule
            .occurrences()
            .filter(|it| done.is_none_or(|done| it.date > done));
        let mut next = None;
        for occurrence in rest {
            if occurrence.at.instant > now {
                next = Some(occurrence);
                break;
            }
            made.occurrences.push(occurrence);
            if made.occurrences.len() > MOST_MADE_UP {
                made.occurrences.remove(0);
                made.dropped += 1;
            }
        }
        self.advance_at = next.as_ref().map(|next| next.at.instant);
        if next.is_none() {
            self.state = RecurrenceState::Ended;
        }
        made.occurrences.extend(next);
        self.made_until = made.occurrences.last().map(|last| last.date).or(self.made_until);
        self.updated_at = now;
        made
    }

    /// Makes no more posts.
    pub fn end(&mut self, now: Timestamp) {
        self.state = RecurrenceState::Ended;
        self.advance_at = None;
        self.updated_at = now;
    }

    /// The dates ahead that have no post yet, between two instants, at most `most`.
    pub fn upcoming(&self, from: Timestamp, until: Timestamp, most: usize) -> Vec<Occurrence> {
        if !self.is_running() {
            return Vec::new();
        }
        let ahead = self.rule.occurrences().take_while(|it| it.at.instant < until);
        ahead
            .filter(|it| it.at.instant >= from && self.made_until.is_none_or(|done| it.date > done))
            .take(most)
            .collect()
    }
}

/// Which posts of a recurrence a change is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// All that are not out yet; the recurrence stays the same one.
    All,
    /// Those from this date on: they become a recurrence of their own, and the old one ends before them.
    From(LocalDate),
}

/// What becomes of the post that waits when its recurrence ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ahead {
    /// It is thrown away.
    Discard,
    /// It goes out as the last one.
    Keep,
}

/// A change of the posts to come; what is absent stays.
#[derive(Debug, Clone, PartialEq)]
pub struct RecurrenceEdit {
    /// The version of the recurrence that was read; when another one is stored the edit is refused.
    pub expected_version: Option<u64>,
    /// Which posts.
    pub reach: Reach,
    /// The new rule.
    pub rule: Option<Rule>,
    /// New entries for all channels without their own.
    pub entries: Option<Vec<NewEntry>>,
    /// The new set of channels.
    pub targets: Option<Vec<NewTarget>>,
    /// New labels.
    pub tags: Option<Vec<String>>,
}

/// A recurrence with all that doors show about it.
#[derive(Debug, Clone, PartialEq)]
pub struct RecurrenceView {
    /// The recurrence.
    pub recurrence: Recurrence,
    /// What its posts are made of, with the channels they go to.
    pub template: PostView,
    /// The post that was made last and waits, when one does.
    pub next: Option<PostView>,
}
