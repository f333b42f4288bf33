//! Every way in which a publication moves: its name, who causes it, from where to where.
//!
//! The functions of [`Publication`](super::Publication) take their guards from here and set a state only along a move
//! of this table, so that it cannot say anything else than they do. A further transition is a variant and its rule.

use std::fmt;

use super::State;

/// What moves a publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Transition {
    /// Released to a lane.
    Lease,
    /// Too late by the workspace's rule.
    Miss,
    /// Taken by a worker.
    Claim,
    /// Progress of the preparation is stored.
    Progress,
    /// The platform needs time before the commit.
    Wait,
    /// The worker stops before it sent anything.
    GiveBack,
    /// The commit is about to be sent.
    Arm,
    /// The platform answered that the entry is out.
    Release,
    /// It failed for certain and is tried once more.
    Repeat,
    /// It failed for certain and for good.
    Fail,
    /// The platform does not know the channel's grant any more.
    LoseAccess,
    /// It was sent and nobody knows what became of it.
    Doubt,
    /// Evidence was looked for, and nothing is known more than before.
    Search,
    /// Evidence says that the entry is out.
    Find,
    /// Evidence says that it never arrived.
    RuleOut,
    /// The lease ran out without a report.
    Lapse,
    /// A person changes what will be sent.
    Edit,
    /// A person adds its channel to the post again.
    Restore,
    /// A person gives it another time.
    Reschedule,
    /// A person takes it out of the plan.
    Cancel,
    /// A person sends what failed or was missed once more.
    Retry,
    /// A person says that the entry is there.
    Confirm,
    /// A person says that it is not there.
    SendAgain,
    /// It must wait for its channel.
    Hold,
    /// Its channel works again.
    Resume,
    /// Its channel has no access, and evidence is looked for later.
    AwaitAccess,
    /// Its channel works again, and evidence is looked for once more.
    LookAgain,
    /// The platform takes no more before a later time.
    Postpone,
}

/// Who causes a transition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cause {
    /// The clock hand: something is due, or a lease ran out.
    Clock,
    /// The worker that holds the lease, by what it is about to do or by its report.
    Worker,
    /// A person, or a client that acts for one.
    Person,
    /// The channel lost its access or has it again.
    Channel,
}

/// What holds for one transition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Which one.
    pub transition: Transition,
    /// Its name in documents.
    pub name: &'static str,
    /// Who causes it.
    pub cause: Cause,
    /// From where to where it leads; a state that stays is a move onto itself.
    pub moves: &'static [(State, State)],
    /// What happens; a sentence.
    pub meaning: &'static str,
}

/// The states in which a publication begins.
pub const INITIAL: [State; 2] = [State::Draft, State::Scheduled];

impl Cause {
    /// The name in documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Clock => "clock",
            Self::Worker => "worker",
            Self::Person => "person",
            Self::Channel => "channel",
        }
    }
}

impl Transition {
    /// Its rule.
    pub fn rule(self) -> &'static Rule {
        &RULES[self as usize]
    }

    /// Whether it may happen in this state.
    pub fn starts_in(self, state: State) -> bool {
        self.rule().moves.iter().any(|(from, _)| *from == state)
    }

    /// Whether it leads from one state to the other.
    pub fn leads(self, from: State, to: State) -> bool {
        self.rule().moves.contains(&(from, to))
    }
}

impl fmt::Display for Transition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.rule().name)
    }
}

/// All rules, in the order of the transitions.
pub static RULES: [Rule; 28] = [
    Rule {
        transition: Transition::Lease,
        name: "lease",
        cause: Cause::Clock,
        moves: &[
            (State::Scheduled, State::Leased),
            (State::Waiting, State::Leased),
            (State::Unconfirmed, State::Unconfirmed),
        ],
        meaning: "It is due and gets a lease with a new fencing number; one in doubt stays so, for evidence is looked for.",
    },
    Rule {
        transition: Transition::Miss,
        name: "miss",
        cause: Cause::Clock,
        moves: &[(State::Scheduled, State::Missed), (State::Held, State::Missed)],
        meaning: "It was never begun and is later than the workspace allows.",
    },
    Rule {
        transition: Transition::Claim,
        name: "claim",
        cause: Cause::Worker,
        moves: &[
            (State::Leased, State::Preparing),
            (State::Unconfirmed, State::Unconfirmed),
        ],
        meaning: "A worker takes what was leased; a second worker with the same fencing number is refused.",
    },
    Rule {
        transition: Transition::Progress,
        name: "progress",
        cause: Cause::Worker,
        moves: &[(State::Preparing, State::Preparing)],
        meaning: "A repeatable step was done and what it led to is stored.",
    },
    Rule {
        transition: Transition::Wait,
        name: "wait",
        cause: Cause::Worker,
        moves: &[(State::Preparing, State::Waiting)],
        meaning: "The platform is still working on what was uploaded.",
    },
    Rule {
        transition: Transition::GiveBack,
        name: "give_back",
        cause: Cause::Worker,
        moves: &[(State::Preparing, State::Scheduled)],
        meaning: "The worker stops before it sent anything; somebody else takes it at once.",
    },
    Rule {
        transition: Transition::Arm,
        name: "arm",
        cause: Cause::Worker,
        moves: &[(State::Preparing, State::Armed)],
        meaning: "The commit is about to be sent; one arming allows one sending.",
    },
    Rule {
        transition: Transition::Release,
        name: "release",
        cause: Cause::Worker,
        moves: &[
            (State::Armed, State::Preparing),
            (State::Armed, State::Waiting),
            (State::Armed, State::Published),
        ],
        meaning: "The platform answered that the entry is out; the next one follows, at once or after its delay, or all are out.",
    },
    Rule {
        transition: Transition::Repeat,
        name: "repeat",
        cause: Cause::Worker,
        moves: &[
            (State::Preparing, State::Scheduled),
            (State::Armed, State::Scheduled),
        ],
        meaning: "It failed, nothing was created, and the budget allows another try.",
    },
    Rule {
        transition: Transition::Fail,
        name: "fail",
        cause: Cause::Worker,
        moves: &[(State::Preparing, State::Failed), (State::Armed, State::Failed)],
        meaning: "The platform refused it, or the budget of tries is spent; nothing was created.",
    },
    Rule {
        transition: Transition::LoseAccess,
        name: "lose_access",
        cause: Cause::Worker,
        moves: &[(State::Preparing, State::Held), (State::Armed, State::Held)],
        meaning: "The platform does not know the channel's grant any more; nothing was created.",
    },
    Rule {
        transition: Transition::Doubt,
        name: "doubt",
        cause: Cause::Worker,
        moves: &[(State::Armed, State::Unconfirmed)],
        meaning: "It was sent and its answer was lost or unclear.",
    },
    Rule {
        transition: Transition::Search,
        name: "search",
        cause: Cause::Worker,
        moves: &[(State::Unconfirmed, State::Unconfirmed)],
        meaning: "Evidence was looked for and nothing is known more than before; it is looked for again, or a person is asked.",
    },
    Rule {
        transition: Transition::Find,
        name: "find",
        cause: Cause::Worker,
        moves: &[
            (State::Unconfirmed, State::Scheduled),
            (State::Unconfirmed, State::Waiting),
            (State::Unconfirmed, State::Published),
        ],
        meaning: "Evidence says that the entry is out; the next one follows, or all are out.",
    },
    Rule {
        transition: Transition::RuleOut,
        name: "rule_out",
        cause: Cause::Worker,
        moves: &[
            (State::Unconfirmed, State::Scheduled),
            (State::Unconfirmed, State::Failed),
        ],
        meaning: "Evidence says that it never arrived; it is sent again with the same key, unless its tries are used up.",
    },
    Rule {
        transition: Transition::Lapse,
        name: "lapse",
        cause: Cause::Clock,
        moves: &[
            (State::Leased, State::Scheduled),
            (State::Preparing, State::Scheduled),
            (State::Preparing, State::Failed),
            (State::Armed, State::Unconfirmed),
            (State::Unconfirmed, State::Unconfirmed),
        ],
        meaning: "The lease ran out without a report: what can be repeated is due again until its tries are used up, what was armed is in doubt.",
    },
    Rule {
        transition: Transition::Edit,
        name: "edit",
        cause: Cause::Person,
        moves: &[
            (State::Draft, State::Draft),
            (State::Draft, State::Scheduled),
            (State::Scheduled, State::Draft),
            (State::Scheduled, State::Scheduled),
            (State::Held, State::Held),
            (State::Held, State::Draft),
            (State::Held, State::Scheduled),
            (State::Missed, State::Missed),
            (State::Missed, State::Draft),
            (State::Missed, State::Scheduled),
            (State::Failed, State::Failed),
            (State::Failed, State::Draft),
            (State::Failed, State::Scheduled),
        ],
        meaning: "What will be sent is changed; with a new time it is planned again, without one it stays where it is.",
    },
    Rule {
        transition: Transition::Restore,
        name: "restore",
        cause: Cause::Person,
        moves: &[
            (State::Cancelled, State::Draft),
            (State::Cancelled, State::Scheduled),
        ],
        meaning: "Its channel is added to the post again; only while none of its entries is out.",
    },
    Rule {
        transition: Transition::Reschedule,
        name: "reschedule",
        cause: Cause::Person,
        moves: &[
            (State::Draft, State::Scheduled),
            (State::Scheduled, State::Scheduled),
            (State::Held, State::Scheduled),
            (State::Missed, State::Scheduled),
            (State::Failed, State::Scheduled),
        ],
        meaning: "It gets another time, which may be now.",
    },
    Rule {
        transition: Transition::Cancel,
        name: "cancel",
        cause: Cause::Person,
        moves: &[
            (State::Draft, State::Cancelled),
            (State::Scheduled, State::Cancelled),
            (State::Held, State::Cancelled),
            (State::Missed, State::Cancelled),
            (State::Failed, State::Cancelled),
        ],
        meaning: "It is taken out of the plan, or its channel is removed.",
    },
    Rule {
        transition: Transition::Retry,
        name: "retry",
        cause: Cause::Person,
        moves: &[
            (State::Failed, State::Scheduled),
            (State::Missed, State::Scheduled),
        ],
        meaning: "It goes on at the first entry that is not out; what the platform refused must have been changed first.",
    },
    Rule {
        transition: Transition::Confirm,
        name: "confirm",
        cause: Cause::Person,
        moves: &[
            (State::Unconfirmed, State::Scheduled),
            (State::Unconfirmed, State::Published),
        ],
        meaning: "Somebody looked and the entry is there; the next one follows, or all are out.",
    },
    Rule {
        transition: Transition::SendAgain,
        name: "send_again",
        cause: Cause::Person,
        moves: &[(State::Unconfirmed, State::Scheduled)],
        meaning: "Somebody looked and it is not there; it is sent again with a new key.",
    },
    Rule {
        transition: Transition::Hold,
        name: "hold",
        cause: Cause::Channel,
        moves: &[(State::Scheduled, State::Held), (State::Waiting, State::Held)],
        meaning: "Its channel must be connected again or is switched off.",
    },
    Rule {
        transition: Transition::Resume,
        name: "resume",
        cause: Cause::Channel,
        moves: &[(State::Held, State::Scheduled)],
        meaning: "Its channel works again; it is due at its time, or at once where that has passed.",
    },
    Rule {
        transition: Transition::AwaitAccess,
        name: "await-access",
        cause: Cause::Channel,
        moves: &[(State::Unconfirmed, State::Unconfirmed)],
        meaning: "Its channel has no access, so nobody can look for evidence; it is looked for after the reconnect, or a person decides.",
    },
    Rule {
        transition: Transition::LookAgain,
        name: "look-again",
        cause: Cause::Channel,
        moves: &[(State::Unconfirmed, State::Unconfirmed)],
        meaning: "Its channel works again; a doubt that nobody could look into without access is looked into now.",
    },
    Rule {
        transition: Transition::Postpone,
        name: "postpone",
        cause: Cause::Clock,
        moves: &[
            (State::Scheduled, State::Scheduled),
            (State::Waiting, State::Waiting),
            (State::Unconfirmed, State::Unconfirmed),
        ],
        meaning: "The platform takes no more before a later time; it waits for it, which costs no try.",
    },
];
