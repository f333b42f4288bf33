//! What arrived at the static platform.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Result;
use serde_json::json;

/// All posts since the start, or since the ledger was emptied.
#[derive(Default)]
pub(crate) struct Ledger(Mutex<Pages>);

#[derive(Default)]
struct Pages {
    /// When each arrived, in microseconds since 1970, with the number its text ends in.
    arrivals: Vec<(u64, Option<u32>)>,
    keys: HashSet<String>,
    /// Posts whose key was there already.
    doubled: usize,
}

impl Ledger {
    /// Notes a post; answers how many there are now.
    pub(crate) fn note(&self, key: &str, number: Option<u32>) -> usize {
        let now = now_micros();
        let mut pages = self.pages();
        if !key.is_empty() && !pages.keys.insert(key.to_owned()) {
            pages.doubled += 1;
        }
        pages.arrivals.push((now, number));
        pages.arrivals.len()
    }

    /// Forgets everything.
    pub(crate) fn clear(&self) {
        *self.pages() = Pages::default();
    }

    /// How many posts there are.
    pub(crate) fn count(&self) -> usize {
        self.pages().arrivals.len()
    }

    /// Everything, as JSON.
    pub(crate) fn to_json(&self) -> Result<Vec<u8>> {
        let pages = self.pages();
        let document = json!({ "doubled": pages.doubled, "arrivals": pages.arrivals });
        Ok(serde_json::to_vec(&document)?)
    }

    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Microseconds since 1970 by this machine's clock.
#[expect(
    clippy::disallowed_methods,
    reason = "a benchmark compares with the clock of the machine it runs on"
)]
fn now_micros() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_comes_twice_is_told() {
        let ledger = Ledger::default();
        for (key, number) in [
            ("a", Some(1)),
            ("b", None),
            ("a", Some(1)),
            ("", None),
            ("", None),
        ] {
            ledger.note(key, number);
        }
        let document: serde_json::Value = serde_json::from_slice(&ledger.to_json().unwrap()).unwrap();
        assert_eq!((ledger.count(), &document["doubled"]), (5, &json!(1)));
        assert_eq!(document["arrivals"][0][1], json!(1));
        ledger.clear();
        assert_eq!(ledger.count(), 0);
    }
}
