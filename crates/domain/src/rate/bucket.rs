//! One bucket's state: what was counted in each window, and what closes it.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use super::Allowance;
use crate::time::Timestamp;

/// Parts in which a window is counted. What happened in a part counts until the whole part has left the window, so
/// that room comes back at most one part later than it could.
pub const PARTS: i64 = 60;

/// The part of a window that an instant falls into, and the length of a part in microseconds.
pub fn part_of(window: Duration, at: Timestamp) -> (i64, i64) {
    let micros = i64::try_from(window.as_micros()).unwrap_or(i64::MAX);
    let length = (micros / PARTS + i64::from(micros % PARTS != 0)).max(1);
    (at.as_micros().div_euclid(length), length)
}

/// What is known of one bucket.
#[derive(Debug, Default)]
pub(super) struct Counted {
    /// By window: how many were counted in each part.
    windows: HashMap<Duration, BTreeMap<i64, u32>>,
    /// Until when the platform takes nothing.
    closed_until: Option<Timestamp>,
    /// Until when whoever wants to be counted waits behind others.
    line_until: Option<Timestamp>,
    /// How many more the platform said it takes, and until when that holds.
    told: Option<(u32, Timestamp)>,
}

impl Counted {
    /// The earliest instant at which there may be room for `wanted`; `now` when there is.
    pub(super) fn earliest(&self, allowances: &[Allowance], wanted: u32, now: Timestamp) -> Timestamp {
        let mut at = self.closed_until.map_or(now, |closed| closed.max(now));
        if wanted == 0 {
            return at;
        }
        if let Some(line) = self.line_until {
            at = at.max(line);
        }
        if let Some((remaining, until)) = self.told
            && remaining < wanted
            && until > now
        {
            // A platform that has something left takes a part of a thread, but the next window takes all of it.
            at = at.max(until);
        }
        for allowance in allowances {
            at = at.max(self.room_at(*allowance, wanted, now));
        }
        at
    }

    fn room_at(&self, allowance: Allowance, wanted: u32, now: Timestamp) -> Timestamp {
        let Some(parts) = self.windows.get(&allowance.window) else {
            return now;
        };
        let count = u64::from(allowance.count.max(1));
        let wanted = u64::from(wanted).min(count);
        let (current, length) = part_of(allowance.window, now);
        let inside = || parts.range(current - PARTS..);
        let used: u64 = inside().map(|(_, used)| u64::from(*used)).sum();
        let mut missing = (used + wanted).saturating_sub(count);
        for (part, used) in inside() {
            if missing == 0 {
                break;
            }
            missing = missing.saturating_sub(u64::from(*used));
            if missing == 0 {
                return Timestamp::from_micros((part + PARTS + 1).saturating_mul(length)).max(now);
            }
        }
        now
    }

    /// Counts `wanted` at `now`.
    pub(super) fn take(&mut self, allowances: &[Allowance], wanted: u32, now: Timestamp) {
        if wanted == 0 {
            return;
        }
        self.windows
            .retain(|window, _| allowances.iter().any(|it| it.window == *window));
        for allowance in allowances {
            let (current, _) = part_of(allowance.window, now);
            let parts = self.windows.entry(allowance.window).or_default();
            *parts = parts.split_off(&(current - PARTS));
            *parts.entry(current).or_default() += wanted.min(allowance.count.max(1));
        }
        if let Some((remaining, _)) = &mut self.told {
            *remaining = remaining.saturating_sub(wanted);
        }
    }

    /// Lets those who ask later wait behind the one that found no room before `until`.
    pub(super) fn line_up(&mut self, until: Timestamp) {
        self.line_until = self.line_until.max(Some(until));
    }

    /// Takes the platform's word: nothing until then, or at most so many more until then.
    pub(super) fn hear(&mut self, remaining: u32, until: Timestamp, now: Timestamp) {
        if remaining == 0 {
            self.closed_until = self.closed_until.max(Some(until));
            return;
        }
        // Within one window of the platform only the smaller number can be right: ours knows what is on its way,
        // the platform's knows what others sent.
        self.told = match self.told {
            Some((known, end)) if end > now && end.plus(SLACK) >= until => Some((known.min(remaining), end)),
            Some(_) | None => Some((remaining, until)),
        };
    }

    /// Whether nothing of it matters any more.
    pub(super) fn is_spent(&self, now: Timestamp) -> bool {
        let over = |until: Option<Timestamp>| until.is_none_or(|until| until <= now);
        let old = |(window, parts): (&Duration, &BTreeMap<i64, u32>)| {
            let (current, _) = part_of(*window, now);
            parts.range(current - PARTS..).next().is_none()
        };
        over(self.closed_until)
            && over(self.line_until)
            && over(self.told.map(|(_, until)| until))
            && self.windows.iter().all(old)
    }
}

/// How far apart two ends may be that a platform tells of the same window.
const SLACK: Duration = Duration::from_secs(2);
