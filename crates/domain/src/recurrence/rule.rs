//! A rule that holds together.

use std::collections::BTreeSet;

use super::occurrences::{Occurrence, Occurrences};
use super::pattern::Pattern;
use crate::time::{LocalDate, LocalTime, PublishAt, Timestamp, Zone};

/// When a rule stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Only when somebody ends it.
    Never,
    /// After this date, which still belongs to it.
    Until(LocalDate),
    /// After so many dates. A skipped date is one of them, so that skipping never makes a rule longer.
    Count(u32),
}

/// A calendar rule that was checked: every part in its bounds, and at least one date to fall on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    pub(super) pattern: Pattern,
    pub(super) every: u16,
    pub(super) time: LocalTime,
    pub(super) zone: Zone,
    pub(super) starts_on: LocalDate,
    pub(super) end: End,
    pub(super) skips: BTreeSet<LocalDate>,
}

impl Rule {
    /// The rule of clients that know only a number of days: every so many days at the wall time of `first`.
    pub fn every_days(days: u16, first: &PublishAt) -> Self {
        let wall = first.instant.in_zone(&first.zone);
        Self {
            pattern: Pattern::Daily,
            every: days.max(1),
            time: LocalTime::constant(wall.hour(), wall.minute(), 0, 0),
            zone: first.zone.clone(),
            starts_on: wall.date(),
            end: End::Never,
            skips: BTreeSet::new(),
        }
    }

    /// On which dates of a period.
    pub fn pattern(&self) -> &Pattern {
        &self.pattern
    }

    /// Only every so many periods, from 1.
    pub fn every(&self) -> u16 {
        self.every
    }

    /// The wall time.
    pub fn time(&self) -> LocalTime {
        self.time
    }

    /// The zone of the wall time.
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    /// The first date that counts; the rule need not fall on it.
    pub fn starts_on(&self) -> LocalDate {
        self.starts_on
    }

    /// When it stops.
    pub fn end(&self) -> End {
        self.end
    }

    /// The dates that are left out.
    pub fn skips(&self) -> &BTreeSet<LocalDate> {
        &self.skips
    }

    /// All its dates in order, without the skipped ones.
    pub fn occurrences(&self) -> Occurrences<'_> {
        Occurrences::new(self)
    }

    /// The first `count` dates whose instant lies at or after `from`.
    pub fn preview(&self, from: Timestamp, count: usize) -> Vec<Occurrence> {
        let ahead = self.occurrences().filter(|it| it.at.instant >= from);
        ahead.take(count).collect()
    }

    /// Whether it falls on this date.
    pub fn falls_on(&self, date: LocalDate) -> bool {
        self.occurrences()
            .take_while(|it| it.date <= date)
            .any(|it| it.date == date)
    }

    /// The number of days between two dates, where a rule says no more than that.
    pub fn interval_days(&self) -> Option<u32> {
        match &self.pattern {
            Pattern::Daily => Some(u32::from(self.every)),
            Pattern::Weekly(days) if days.len() == 1 => Some(u32::from(self.every) * 7),
            Pattern::Weekly(_)
            | Pattern::MonthlyOnDay(_)
            | Pattern::MonthlyOnWeekday { .. }
            | Pattern::Yearly { .. } => None,
        }
    }

    /// The same rule without this date.
    #[must_use]
    pub fn without(mut self, date: LocalDate) -> Self {
        self.skips.insert(date);
        self
    }

    /// The part of the rule before a date; none when nothing lies there.
    pub fn before(&self, date: LocalDate) -> Option<Self> {
        let last = self.occurrences().take_while(|it| it.date < date).last()?;
        Some(Self {
            end: End::Until(last.date),
            skips: self.skips.iter().copied().filter(|skip| *skip < date).collect(),
            ..self.clone()
        })
    }

    /// The part of the rule from a date on, in the same rhythm; none when nothing lies there.
    pub fn from_date(&self, date: LocalDate) -> Option<Self> {
        let first = self.occurrences().find(|it| it.date >= date)?;
        let end = match self.end {
            End::Count(count) => End::Count(count.saturating_sub(first.number - 1)),
            End::Never | End::Until(_) => self.end,
        };
        Some(Self {
            starts_on: first.date,
            end,
            skips: self
                .skips
                .iter()
                .copied()
                .filter(|skip| *skip > first.date)
                .collect(),
            ..self.clone()
        })
    }
}
