//! Which sessions have workers in this process, the one that was used longest ago first.

use std::collections::{HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Ended sessions that are remembered, so that their ids are not good any more.
const REMEMBERED: usize = 10_000;

/// Upper bounds of workers.
#[derive(Debug, Clone, Copy)]
pub(in crate::http) struct Most {
    /// For one principal.
    pub(in crate::http) each: usize,
    /// In all.
    pub(in crate::http) all: usize,
}

/// The sessions that have workers, and those that were ended by their clients.
pub(super) struct Live {
    most: Most,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    used: VecDeque<Used>,
    ended: HashSet<String>,
    ended_in_order: VecDeque<String>,
}

struct Used {
    id: String,
    principal: String,
}

impl Live {
    /// None yet.
    pub(super) fn new(most: Most) -> Self {
        Self {
            most,
            state: Mutex::default(),
        }
    }

    /// Notes that a session is used now. Answers those that lose their workers for it.
    pub(super) fn touch(&self, id: &str, principal: &str) -> Vec<String> {
        let mut state = self.lock();
        if state.used.back().is_some_and(|last| last.id == id) {
            return Vec::new();
        }
        state.used.retain(|used| used.id != id);
        state.used.push_back(Used {
            id: id.to_owned(),
            principal: principal.to_owned(),
        });
        let mut lost = Vec::new();
        let own = state
            .used
            .iter()
            .filter(|used| used.principal == principal)
            .count();
        if own > self.most.each {
            lost.extend(state.forget(|used| used.principal == principal));
        }
        if state.used.len() > self.most.all {
            lost.extend(state.forget(|_| true));
        }
        lost
    }

    /// Ends a session for good.
    pub(super) fn end(&self, id: &str) {
        let mut state = self.lock();
        state.used.retain(|used| used.id != id);
        if state.ended.insert(id.to_owned()) {
            state.ended_in_order.push_back(id.to_owned());
        }
        if state.ended_in_order.len() > REMEMBERED
            && let Some(oldest) = state.ended_in_order.pop_front()
        {
            state.ended.remove(&oldest);
        }
    }

    /// Whether a session was ended here.
    pub(super) fn has_ended(&self, id: &str) -> bool {
        self.lock().ended.contains(id)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // The lists are whole between any two statements, so a panic elsewhere leaves them usable.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Takes out the one that was used longest ago.
    fn forget(&mut self, fits: impl Fn(&Used) -> bool) -> Option<String> {
        let place = self.used.iter().position(fits)?;
        self.used.remove(place).map(|used| used.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_that_was_used_longest_ago_makes_room() {
        let live = Live::new(Most { each: 2, all: 3 });
        assert!(live.touch("a1", "a").is_empty());
        assert!(live.touch("a2", "a").is_empty());
        assert!(live.touch("a1", "a").is_empty(), "used again");
        assert_eq!(live.touch("a3", "a"), ["a2"]);
        assert!(live.touch("b1", "b").is_empty());
        assert_eq!(live.touch("c1", "c"), ["a1"]);
    }

    #[test]
    fn what_was_ended_stays_so_while_it_is_remembered() {
        let live = Live::new(Most { each: 9, all: 9 });
        live.end("a");
        live.end("a");
        assert!(live.has_ended("a") && !live.has_ended("b"));
        for number in 0..REMEMBERED {
            live.end(&number.to_string());
        }
        assert!(!live.has_ended("a"));
    }
}
