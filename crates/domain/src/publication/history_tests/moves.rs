//! What can happen to a publication, and how often.

use proptest::prelude::*;

use crate::failure::ErrorClass;

/// One thing that happens.
#[derive(Debug, Clone)]
pub(super) enum Move {
    Clock(Hand),
    Worker(usize, Act),
    Person(Wish),
    Channel(Access),
    /// The clock jumps by so many seconds.
    Jump(i64),
}

#[derive(Debug, Clone)]
pub(super) enum Hand {
    Lease,
    Lapse,
    /// The platform takes no more for so many seconds.
    Postpone(u64),
}

#[derive(Debug, Clone)]
pub(super) enum Act {
    /// Takes an announcement, counted back from the newest: the bus repeats and reorders.
    Claim(usize),
    Progress,
    Wait,
    GiveBack,
    Arm,
    /// Sends what it armed; the request arrives or is lost.
    Send {
        arrives: bool,
    },
    /// Reports what the platform answered, a failure of this class where it may.
    Report(ErrorClass),
    Detect(Sight),
    Extend,
    Crash,
}

/// What a platform is able to say about a commit.
#[derive(Debug, Clone)]
pub(super) enum Sight {
    Clear,
    Dim { again: bool },
    Failed(ErrorClass),
}

#[derive(Debug, Clone)]
pub(super) enum Wish {
    Edit {
        entries: u32,
        differs: bool,
        planned: u8,
    },
    Reschedule,
    Cancel,
    Retry,
    Resolve,
}

#[derive(Debug, Clone)]
pub(super) enum Access {
    Hold,
    Resume,
    Wait,
    LookAgain,
}

fn class() -> impl Strategy<Value = ErrorClass> {
    prop_oneof![
        Just(ErrorClass::Reconnect),
        Just(ErrorClass::Refresh),
        Just(ErrorClass::RateLimited { until: None }),
        Just(ErrorClass::Transient),
        Just(ErrorClass::Rejected),
        Just(ErrorClass::Unconfirmed),
    ]
}

fn sight() -> impl Strategy<Value = Sight> {
    prop_oneof![
        3 => Just(Sight::Clear),
        1 => any::<bool>().prop_map(|again| Sight::Dim { again }),
        1 => class().prop_map(Sight::Failed),
    ]
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        6 => prop_oneof![4 => Just(0_usize), 1 => 0..4_usize].prop_map(Act::Claim),
        1 => Just(Act::Progress),
        1 => Just(Act::Wait),
        1 => Just(Act::GiveBack),
        6 => Just(Act::Arm),
        6 => any::<bool>().prop_map(|arrives| Act::Send { arrives }),
        4 => class().prop_map(Act::Report),
        3 => sight().prop_map(Act::Detect),
        1 => Just(Act::Extend),
        1 => Just(Act::Crash),
    ]
}

fn wish() -> impl Strategy<Value = Wish> {
    prop_oneof![
        (1..5_u32, any::<bool>(), 0..3_u8).prop_map(|(entries, differs, planned)| Wish::Edit {
            entries,
            differs,
            planned
        }),
        Just(Wish::Reschedule),
        Just(Wish::Cancel),
        Just(Wish::Retry),
        Just(Wish::Resolve),
    ]
}

/// Histories.
pub(super) fn moves() -> impl Strategy<Value = Vec<Move>> {
    let one = prop_oneof![
        6 => Just(Move::Clock(Hand::Lease)),
        2 => Just(Move::Clock(Hand::Lapse)),
        1 => (0..4000_u64).prop_map(|secs| Move::Clock(Hand::Postpone(secs))),
        18 => (0..2_usize, act()).prop_map(|(who, act)| Move::Worker(who, act)),
        2 => wish().prop_map(Move::Person),
        1 => prop_oneof![Just(Access::Hold), Just(Access::Resume), Just(Access::Wait), Just(Access::LookAgain)].prop_map(Move::Channel),
        4 => prop_oneof![Just(61_i64), -120..8000_i64, Just(30_000)].prop_map(Move::Jump),
    ];
    proptest::collection::vec(one, 0..120)
}
