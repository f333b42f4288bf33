//! Rules in words.

use std::fmt;

use super::pattern::{MonthDay, Nth, Pattern};
use super::rule::{End, Rule};

const DAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// `every 2 weeks on Monday and Friday at 09:00 (Europe/Berlin), until 2026-12-31`.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (one, many) = match self.pattern {
            Pattern::Daily => ("day", "days"),
            Pattern::Weekly(_) => ("week", "weeks"),
            Pattern::MonthlyOnDay(_) | Pattern::MonthlyOnWeekday { .. } => ("month", "months"),
            Pattern::Yearly { .. } => ("year", "years"),
        };
        match self.every {
            1 => write!(f, "every {one}")?,
            every => write!(f, "every {every} {many}")?,
        }
        match &self.pattern {
            Pattern::Daily => {}
            Pattern::Weekly(days) => {
                let names: Vec<&str> = days.iter().map(|day| name(&DAYS, *day)).collect();
                write!(f, " on {}", listed(&names))?;
            }
            Pattern::MonthlyOnDay(MonthDay::Day(day)) => write!(f, " on day {day}")?,
            Pattern::MonthlyOnDay(MonthDay::Last) => f.write_str(" on the last day")?,
            Pattern::MonthlyOnWeekday { nth, weekday } => {
                let nth = match nth {
                    Nth::Front(number) => name(&["first", "second", "third", "fourth"], *number),
                    Nth::Last => "last",
                };
                write!(f, " on the {nth} {}", name(&DAYS, *weekday))?;
            }
            Pattern::Yearly { month, day } => write!(f, " on {day} {}", name(&MONTHS, *month))?,
        }
        write!(f, " at {} ({})", self.time.strftime("%H:%M"), self.zone)?;
        match self.end {
            End::Never => Ok(()),
            End::Until(last) => write!(f, ", until {last}"),
            End::Count(1) => f.write_str(", once"),
            End::Count(count) => write!(f, ", {count} times"),
        }
    }
}

fn name(names: &[&'static str], number: u8) -> &'static str {
    names
        .get(usize::from(number).wrapping_sub(1))
        .copied()
        .unwrap_or("?")
}

fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [front @ .., last] => format!("{} and {last}", front.join(", ")),
    }
}
