//! Callers of one process that want the same grant renewed: one goes ahead, the others wait for it here.
//!
//! The row in the database decides between processes; this only spares them from asking it again and again. It also
//! remembers for a moment that a platform did not renew, so that a hundred posts do not ask it a hundred times.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use postern_domain::Timestamp;
use postern_domain::id::ChannelId;

/// One channel's turn: whoever has it asks the platform; what it holds is before when nobody shall.
pub(super) type Turn = Arc<tokio::sync::Mutex<Option<Timestamp>>>;

/// The turns of all channels that were ever renewed here.
#[derive(Debug, Default)]
pub(crate) struct Renewals {
    turns: Mutex<HashMap<ChannelId, Turn>>,
}

impl Renewals {
    /// The turn of a channel, to be waited for.
    pub(super) fn turn(&self, channel: ChannelId) -> Turn {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(turns.entry(channel).or_default())
    }
}
