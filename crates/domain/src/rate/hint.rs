//! What platforms say about their own counting.

use crate::manifest::RateScope;
use crate::time::Timestamp;

/// What a platform said with a reply: so many more until then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateHint {
    /// Whose budget it spoke of.
    pub scope: RateScope,
    /// How many more it takes; 0 means that it takes nothing.
    pub remaining: u32,
    /// When it begins to count anew.
    pub resets_at: Timestamp,
}

/// The same about one bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The bucket's key.
    pub key: String,
    /// How many more the platform takes; 0 closes the bucket.
    pub remaining: u32,
    /// Until when this holds.
    pub until: Timestamp,
}
