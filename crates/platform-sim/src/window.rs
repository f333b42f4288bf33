//! Fixed windows of a rate limit.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::time::Millis;

/// What is left of a budget after a request was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Budget {
    /// Requests allowed per window.
    pub limit: u64,
    /// Requests still allowed in this window.
    pub remaining: u64,
    /// When the window ends.
    pub reset: Millis,
    /// True when this request no longer fitted.
    pub exhausted: bool,
}

/// Counters per key, each with the start of its window.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Windows {
    counters: BTreeMap<String, Counter>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Counter {
    start: Millis,
    used: u64,
}

impl Windows {
    /// Counts `cost` against `key`; nothing is counted when it does not fit.
    pub(crate) fn spend(&mut self, key: &str, rule: Rule, now: Millis) -> Budget {
        let counter = self
            .counters
            .entry(key.to_owned())
            .or_insert(Counter { start: now, used: 0 });
        if now >= counter.start + rule.span || now < counter.start {
            *counter = Counter { start: now, used: 0 };
        }
        let exhausted = counter.used + rule.cost > rule.limit;
        if !exhausted {
            counter.used += rule.cost;
        }
        Budget {
            limit: rule.limit,
            remaining: rule.limit - counter.used.min(rule.limit),
            reset: counter.start + rule.span,
            exhausted,
        }
    }
}

/// One budget: how much per how long, and what this request costs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rule {
    /// Points per window.
    pub limit: u64,
    /// Length of the window.
    pub span: Millis,
    /// Points of this request.
    pub cost: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_refuses_what_does_not_fit_and_starts_anew_after_its_span() {
        let mut windows = Windows::default();
        let rule = Rule {
            limit: 2,
            span: 1_000,
            cost: 1,
        };
        assert_eq!(windows.spend("a", rule, 0).remaining, 1);
        assert_eq!(windows.spend("a", rule, 10).remaining, 0);
        let refused = windows.spend("a", rule, 20);
        assert!(refused.exhausted);
        assert_eq!(refused.reset, 1_000);
        assert!(!windows.spend("b", rule, 20).exhausted, "keys are counted apart");
        assert!(!windows.spend("a", rule, 1_000).exhausted);
    }
}
