//! On which dates of its periods a rule falls.

use std::collections::BTreeSet;

use jiff::ToSpan;

use crate::time::{LocalDate, Weekday};

/// On which dates a rule falls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pattern {
    /// Every day.
    Daily,
    /// On these days of the week, counted from Monday; at least one.
    Weekly(BTreeSet<u8>),
    /// On a day of the month.
    MonthlyOnDay(MonthDay),
    /// On the first, second, third, fourth or last of a day of the week.
    MonthlyOnWeekday {
        /// Which of them.
        nth: Nth,
        /// The day of the week, from 1 (Monday) to 7.
        weekday: u8,
    },
    /// On a date of the year.
    Yearly {
        /// The month, from 1.
        month: u8,
        /// The day of it, from 1.
        day: u8,
    },
}

/// A day of the month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MonthDay {
    /// This one, from 1 to 31; months without it are left out.
    Day(u8),
    /// The last one, whatever its number.
    Last,
}

/// Which of the four or five same weekdays of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nth {
    /// From the front, 1 to 4: every month has these.
    Front(u8),
    /// The last one.
    Last,
}

impl Pattern {
    /// The dates in the period that lies `step` periods after the one with `start`, in order; none once the calendar
    /// ends.
    pub(super) fn dates(&self, start: LocalDate, step: i64) -> Option<Vec<LocalDate>> {
        match self {
            Self::Daily => Some(vec![start.checked_add(step.days()).ok()?]),
            Self::Weekly(days) => {
                let monday = start
                    .checked_sub(i64::from(start.weekday().to_monday_zero_offset()).days())
                    .and_then(|monday| monday.checked_add(step.weeks()))
                    .ok()?;
                let dates = days
                    .iter()
                    .map(|day| monday.checked_add((i64::from(*day) - 1).days()));
                dates.collect::<Result<_, _>>().ok()
            }
            Self::MonthlyOnDay(day) => Some(day.within(first_of_month(start, step)?).into_iter().collect()),
            Self::MonthlyOnWeekday { nth, weekday } => {
                let month = first_of_month(start, step)?;
                Some(nth.within(month, *weekday).into_iter().collect())
            }
            Self::Yearly { month, day } => {
                let year = i16::try_from(i64::from(start.year()).checked_add(step)?).ok()?;
                let within = LocalDate::new(year, 1, 1).ok()?;
                let date = LocalDate::new(within.year(), small(*month), small(*day)).ok();
                Some(date.into_iter().collect())
            }
        }
    }
}

impl MonthDay {
    fn within(self, month: LocalDate) -> Option<LocalDate> {
        match self {
            Self::Day(day) => LocalDate::new(month.year(), month.month(), small(day)).ok(),
            Self::Last => Some(month.last_of_month()),
        }
    }
}

impl Nth {
    fn within(self, month: LocalDate, weekday: u8) -> Option<LocalDate> {
        let weekday = Weekday::from_monday_one_offset(small(weekday)).ok()?;
        let nth = match self {
            Self::Front(number) => small(number),
            Self::Last => -1,
        };
        month.nth_weekday_of_month(nth, weekday).ok()
    }
}

fn first_of_month(start: LocalDate, step: i64) -> Option<LocalDate> {
    start.first_of_month().checked_add(step.months()).ok()
}

fn small(number: u8) -> i8 {
    i8::try_from(number).unwrap_or(i8::MAX)
}
