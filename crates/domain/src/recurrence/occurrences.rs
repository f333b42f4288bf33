//! The dates of a rule, one after the other.

use std::collections::VecDeque;

use super::rule::{End, Rule};
use crate::time::{LocalDate, PublishAt, Timestamp};

/// How many periods in a row may be empty: 400 years of months hold every arrangement of the calendar, and so do 400
/// years of years.
const MOST_EMPTY: u32 = 4_800;

/// One date of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occurrence {
    /// Its place among all dates of the rule, skipped ones included; from 1.
    pub number: u32,
    /// The local date by the rule, by which it is known even if its hour is missing on that day.
    pub date: LocalDate,
    /// When that is.
    pub at: PublishAt,
}

/// The dates of a rule in order; instants strictly increase.
#[derive(Debug, Clone)]
pub struct Occurrences<'a> {
    rule: &'a Rule,
    /// The next period to look at, counted in periods of the pattern.
    step: i64,
    /// Dates of the period at hand that were not given yet.
    ready: VecDeque<LocalDate>,
    given: u32,
    last: Option<Timestamp>,
    is_over: bool,
}

impl<'a> Occurrences<'a> {
    pub(super) fn new(rule: &'a Rule) -> Self {
        Self {
            rule,
            step: 0,
            ready: VecDeque::new(),
            given: 0,
            last: None,
            is_over: false,
        }
    }

    /// The next date by the pattern alone, from the start on.
    fn next_date(&mut self) -> Option<LocalDate> {
        let mut empty = 0;
        while self.ready.is_empty() {
            let dates = self.rule.pattern.dates(self.rule.starts_on, self.step)?;
            self.step += i64::from(self.rule.every);
            let from_start = dates.into_iter().filter(|date| *date >= self.rule.starts_on);
            self.ready.extend(from_start);
            empty += 1;
            if empty > MOST_EMPTY {
                return None;
            }
        }
        self.ready.pop_front()
    }

    /// The next date that exists in the zone and lies before the end, skipped or not.
    fn next_counted(&mut self) -> Option<Occurrence> {
        loop {
            let date = self.next_date()?;
            let is_past_end = match self.rule.end {
                End::Never => false,
                End::Until(last) => date > last,
                End::Count(count) => self.given >= count,
            };
            if is_past_end {
                return None;
            }
            let at = PublishAt::local(date.to_datetime(self.rule.time), self.rule.zone.clone());
            // A zone that crossed the date line has no such day: its hours would fall onto the next one.
            if self.last.is_some_and(|last| at.instant <= last) || is_day_missing(&at, date) {
                continue;
            }
            self.given += 1;
            self.last = Some(at.instant);
            return Some(Occurrence {
                number: self.given,
                date,
                at,
            });
        }
    }
}

/// Whether the zone left the whole day out; a missing hour stays on its day or, before midnight, moves a little.
fn is_day_missing(at: &PublishAt, date: LocalDate) -> bool {
    let moved = at
        .instant
        .in_zone(&at.zone)
        .duration_since(date.to_datetime(at.wall.time()));
    moved.as_hours() >= 20
}

impl Iterator for Occurrences<'_> {
    type Item = Occurrence;

    fn next(&mut self) -> Option<Occurrence> {
        while !self.is_over {
            match self.next_counted() {
                Some(found) if self.rule.skips.contains(&found.date) => {}
                Some(found) => return Some(found),
                None => self.is_over = true,
            }
        }
        None
    }
}
