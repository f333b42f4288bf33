//! The platforms' rates as arithmetic: who may send how many within which time, and when there is room again.
//!
//! A [`Bucket`] is one budget: of an app, a channel, or whatever a key names. It counts in sliding windows, so that
//! no stretch of time as long as a window ever holds more than its count. Begin with [`Ledger::admit`], which says
//! for a batch of [`Ask`]s which may go now and which not before when.
//!
//! Invariants kept here:
//! - an ask takes from all its buckets or from none;
//! - whoever finds no room forms a line: what asks the same bucket later does not go first;
//! - everybody in a line goes one day, for what is asked for is never more than a window holds.

mod bucket;
mod crowding;
mod hint;
mod ledger;

use std::time::Duration;

use crate::time::Timestamp;

pub use bucket::{PARTS, part_of};
pub use crowding::{Budget, Crowding, Planned, crowding};
pub use hint::{RateHint, Told};
pub use ledger::Ledger;

/// So many within so long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Allowance {
    /// How many.
    pub count: u32,
    /// In which time.
    pub window: Duration,
}

/// One budget with all its windows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    /// Whose it is; ids, never secrets.
    pub key: String,
    /// What it allows; nothing means that it is only ever closed by what a platform says.
    pub allowances: Vec<Allowance>,
}

/// One wish for room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// How many; 0 for work that was counted before or is not counted, and waits only where the platform itself
    /// closed a bucket. More than a window holds counts as all of it.
    pub wanted: u32,
    /// Places in [`Request::buckets`]; room is needed in all of them.
    pub buckets: Vec<usize>,
}

/// Wishes in the order in which they should go, over the buckets they share.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Request {
    /// The buckets.
    pub buckets: Vec<Bucket>,
    /// The wishes.
    pub asks: Vec<Ask>,
}

/// The answer to one wish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admission {
    /// It may go, and is counted.
    Now,
    /// It may not, and nothing was counted; ask again at this time.
    NotBefore(Timestamp),
}

#[cfg(test)]
mod tests;
