//! Where a publication stands.

use std::fmt;

/// The states of a publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Part of a draft; nothing runs.
    Draft,
    /// Waits for its minute, or for its next try.
    Scheduled,
    /// Released to a lane; no worker has it yet.
    Leased,
    /// A worker prepares the commit; all it does may be repeated.
    Preparing,
    /// The platform is still working, or the next entry waits for its delay.
    Waiting,
    /// The commit is about to be sent or was sent; no answer yet.
    Armed,
    /// The commit may have arrived; evidence or a person must decide.
    Unconfirmed,
    /// All entries are out. For ever.
    Published,
    /// It will not go out without help.
    Failed,
    /// Downtime made it too late.
    Missed,
    /// Taken out of the plan.
    Cancelled,
    /// Its channel must be connected again, or a pause is on; [`crate::pause::Held`] tells which.
    Held,
}

impl State {
    /// All states.
    pub const ALL: [Self; 12] = [
        Self::Draft,
        Self::Scheduled,
        Self::Leased,
        Self::Preparing,
        Self::Waiting,
        Self::Armed,
        Self::Unconfirmed,
        Self::Published,
        Self::Failed,
        Self::Missed,
        Self::Cancelled,
        Self::Held,
    ];

    /// The name on wires and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Scheduled => "scheduled",
            Self::Leased => "leased",
            Self::Preparing => "preparing",
            Self::Waiting => "waiting",
            Self::Armed => "armed",
            Self::Unconfirmed => "unconfirmed",
            Self::Published => "published",
            Self::Failed => "failed",
            Self::Missed => "missed",
            Self::Cancelled => "cancelled",
            Self::Held => "held",
        }
    }

    /// What it means, in a sentence without its full stop.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Draft => "part of a draft; nothing runs",
            Self::Scheduled => "waits for its minute, or for its next try",
            Self::Leased => "released to a lane; no worker has it yet",
            Self::Preparing => "a worker prepares the commit; all it does may be repeated",
            Self::Waiting => "the platform is still working, or the next entry waits for its delay",
            Self::Armed => "the commit is about to be sent or was sent; no answer yet",
            Self::Unconfirmed => "the commit may have arrived; evidence or a person must decide",
            Self::Published => "all entries are out",
            Self::Failed => "it will not go out without help",
            Self::Missed => "downtime made it too late",
            Self::Cancelled => "taken out of the plan",
            Self::Held => "its channel cannot be used now",
        }
    }

    /// Reads [`State::as_str`] back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == text)
    }

    /// Whether the clock may hand it to a worker once it is due.
    pub const fn is_leasable(self) -> bool {
        matches!(self, Self::Scheduled | Self::Waiting | Self::Unconfirmed)
    }

    /// Whether a worker or the platform has it in hand.
    pub const fn is_under_way(self) -> bool {
        matches!(self, Self::Leased | Self::Preparing | Self::Waiting | Self::Armed)
    }

    /// Whether nothing more will happen by itself.
    pub const fn is_final(self) -> bool {
        matches!(
            self,
            Self::Published | Self::Failed | Self::Missed | Self::Cancelled
        )
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
