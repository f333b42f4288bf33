//! What was looked up a moment ago, for those who ask again at once.
//!
//! Other processes may have changed it since, so nothing is kept for longer than [`AGE`]. What this process changes it
//! forgets at once, and a look-up that was under way meanwhile is not kept.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use postern_domain::time::Timestamp;

/// How long something is kept: how late a change by another process may be noticed.
pub(crate) const AGE: Duration = Duration::from_secs(2);

/// Most values that are kept.
const MOST: usize = 1_024;

/// Values by their keys.
#[derive(Debug)]
pub(crate) struct Recent<K, V>(Mutex<Kept<K, V>>);

#[derive(Debug)]
struct Kept<K, V> {
    values: HashMap<K, (V, Timestamp)>,
    changes: u64,
}

/// The state of things when a look-up began.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Before {
    changes: u64,
    at: Timestamp,
}

impl<K, V> Default for Recent<K, V> {
    fn default() -> Self {
        Self(Mutex::new(Kept {
            values: HashMap::new(),
            changes: 0,
        }))
    }
}

impl<K: Eq + Hash, V: Clone> Recent<K, V> {
    /// What is kept under a key.
    pub(crate) fn get(&self, key: &K, now: Timestamp) -> Option<V> {
        let kept = self.lock();
        let (value, at) = kept.values.get(key)?;
        is_young(*at, now).then(|| value.clone())
    }

    /// What [`Recent::keep`] needs from before the look-up.
    pub(crate) fn before(&self, now: Timestamp) -> Before {
        Before {
            changes: self.lock().changes,
            at: now,
        }
    }

    /// Keeps what was looked up, unless something was forgotten since.
    pub(crate) fn keep(&self, before: Before, key: K, value: V) {
        let mut kept = self.lock();
        if kept.changes != before.changes {
            return;
        }
        if kept.values.len() >= MOST {
            kept.values.retain(|_, (_, at)| is_young(*at, before.at));
        }
        if kept.values.len() < MOST {
            kept.values.insert(key, (value, before.at));
        }
    }

    /// Forgets everything. Whoever changes something calls it once the change is stored.
    pub(crate) fn forget(&self) {
        let mut kept = self.lock();
        kept.values.clear();
        kept.changes += 1;
    }

    /// The values are whole between any two statements, so a panic elsewhere leaves them usable.
    fn lock(&self) -> MutexGuard<'_, Kept<K, V>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A clock that was set back makes things look as if they were looked up in the future; they are looked up again.
fn is_young(at: Timestamp, now: Timestamp) -> bool {
    at <= now && now.since(at) < AGE
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

    #[test]
    fn values_are_kept_for_a_moment() {
        let recent = Recent::default();
        let before = recent.before(NOW);
        recent.keep(before, 1, "one");
        let last = NOW.plus(AGE).minus(Duration::from_micros(1));
        assert_eq!(recent.get(&1, last), Some("one"));
        assert!(recent.get(&2, last).is_none());
        assert!(recent.get(&1, NOW.plus(AGE)).is_none());
        assert!(recent.get(&1, NOW.minus(AGE)).is_none());
    }

    #[test]
    fn what_was_looked_up_before_a_change_is_not_kept_after_it() {
        let recent = Recent::default();
        let before = recent.before(NOW);
        recent.keep(before, 1, "old");
        let overtaken = recent.before(NOW);
        recent.forget();
        recent.keep(overtaken, 2, "old");
        assert!(recent.get(&1, NOW).is_none() && recent.get(&2, NOW).is_none());
    }

    #[test]
    fn there_is_an_end_to_what_is_kept() {
        let recent = Recent::default();
        for key in 0..=MOST {
            let before = recent.before(NOW);
            recent.keep(before, key, key);
        }
        assert_eq!(recent.lock().values.len(), MOST);
        let later = NOW.plus(AGE);
        let before = recent.before(later);
        recent.keep(before, MOST, MOST);
        assert_eq!(recent.lock().values.len(), 1);
    }
}
