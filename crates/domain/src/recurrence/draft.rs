//! A rule as it is typed, sent and stored: flat, unchecked.

use std::collections::BTreeSet;
use std::fmt;

use super::pattern::{MonthDay, Nth, Pattern};
use super::rule::{End, Rule};
use crate::problem::{Code, Problem};
use crate::time::{LocalDate, LocalTime, Zone, parse_local_date, parse_local_time};

/// Most periods from one date to the next.
pub const LONGEST_EVERY: u32 = 1_000;
/// Most dates of a rule that ends after a number of them.
pub const MOST_COUNT: u32 = 10_000;
/// Most dates that may be left out.
pub const MOST_SKIPS: usize = 1_000;
/// What stands for the last day of a month or the last weekday of it.
pub const LAST: i8 = -1;

/// The length of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Frequency {
    /// Days.
    #[default]
    Daily,
    /// Weeks, which begin on Monday.
    Weekly,
    /// Months.
    Monthly,
    /// Years.
    Yearly,
}

impl Frequency {
    /// All frequencies.
    pub const ALL: [Self; 4] = [Self::Daily, Self::Weekly, Self::Monthly, Self::Yearly];

    /// The name on wires and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Daily => "daily",
            Self::Weekly => "weekly",
            Self::Monthly => "monthly",
            Self::Yearly => "yearly",
        }
    }

    /// Reads [`Frequency::as_str`] back.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == text)
    }
}

impl fmt::Display for Frequency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A rule as it is typed, sent and stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleDraft {
    /// The length of a period.
    pub frequency: Frequency,
    /// Only every so many periods, 1 to 1000.
    pub every: u32,
    /// Days of the week, 1 (Monday) to 7: all of them weekly, the one of `nth` monthly. None of them weekly is the
    /// day of the week of `starts_on`.
    pub weekdays: Vec<u8>,
    /// Day of the month, 1 to 31 or -1 for the last; none is that of `starts_on`. Monthly and yearly.
    pub day: Option<i8>,
    /// Which of the same weekdays of a month, 1 to 4 or -1 for the last; in place of `day`. Monthly.
    pub nth: Option<i8>,
    /// Month of the year, 1 to 12; none is that of `starts_on`. Yearly.
    pub month: Option<u8>,
    /// Wall time, `HH:MM`.
    pub time: String,
    /// IANA zone.
    pub zone: String,
    /// The first date that counts, `YYYY-MM-DD`.
    pub starts_on: String,
    /// The last date that may be one, `YYYY-MM-DD`; not together with `count`.
    pub until: Option<String>,
    /// How many dates, 1 to 10000.
    pub count: Option<u32>,
    /// Dates to leave out, `YYYY-MM-DD`.
    pub skips: Vec<String>,
}

impl Default for RuleDraft {
    fn default() -> Self {
        Self {
            frequency: Frequency::Daily,
            every: 1,
            weekdays: Vec::new(),
            day: None,
            nth: None,
            month: None,
            time: String::new(),
            zone: String::new(),
            starts_on: String::new(),
            until: None,
            count: None,
            skips: Vec::new(),
        }
    }
}

impl RuleDraft {
    /// Checks all parts at once.
    ///
    /// Errors: every violation, with a pointer below `/recurrence`; `recurrence_invalid` at `/recurrence` when all
    /// parts are fine and yet the rule falls on no date.
    pub fn check(&self) -> Result<Rule, Vec<Problem>> {
        let rule = self.read()?;
        if rule.occurrences().next().is_none() {
            return Err(vec![never()]);
        }
        Ok(rule)
    }

    /// The rule of a draft that was one before: it may have run out of dates by being skipped since.
    pub fn check_stored(&self) -> Option<Rule> {
        self.read().ok()
    }

    fn read(&self) -> Result<Rule, Vec<Problem>> {
        let mut problems = Vec::new();
        let every = self.every(&mut problems);
        let starts_on = date("/recurrence/startsOn", &self.starts_on, &mut problems);
        let time = self.time(&mut problems);
        let zone = self.zone(&mut problems);
        let end = self.end(&mut problems);
        let skips = self.skips(&mut problems);
        let pattern = starts_on.and_then(|start| self.pattern(start, &mut problems));
        let (Some(pattern), Some(every), Some(starts_on), Some(time), Some(zone), Some(end), true) =
            (pattern, every, starts_on, time, zone, end, problems.is_empty())
        else {
            return Err(problems);
        };
        Ok(Rule {
            pattern,
            every,
            time,
            zone,
            starts_on,
            end,
            skips,
        })
    }

    fn every(&self, problems: &mut Vec<Problem>) -> Option<u16> {
        if (1..=LONGEST_EVERY).contains(&self.every) {
            return u16::try_from(self.every).ok();
        }
        let fix = "give the number of days, weeks, months or years from one post to the next";
        problems.push(
            invalid("/recurrence/every", "is out of bounds", fix)
                .given(self.every)
                .allowed(format!("1 to {LONGEST_EVERY}")),
        );
        None
    }

    fn time(&self, problems: &mut Vec<Problem>) -> Option<LocalTime> {
        let read = parse_local_time(&self.time).ok();
        if read.is_none() {
            problems.push(
                Problem::new(
                    Code::TimeMalformed,
                    "/recurrence/time",
                    "is not a time of the day",
                    "give a local time of the form 09:00",
                )
                .given(&self.time),
            );
        }
        read
    }

    fn zone(&self, problems: &mut Vec<Problem>) -> Option<Zone> {
        let read = Zone::parse(&self.zone).ok();
        if read.is_none() {
            problems.push(
                Problem::new(
                    Code::ZoneUnknown,
                    "/recurrence/zone",
                    "there is no such time zone",
                    "give the name of an IANA zone",
                )
                .given(&self.zone)
                .allowed("an IANA zone such as Europe/Berlin"),
            );
        }
        read
    }

    fn end(&self, problems: &mut Vec<Problem>) -> Option<End> {
        match (&self.until, self.count) {
            (Some(_), Some(_)) => {
                let fix = "give a last date or a number of posts, not both";
                problems.push(invalid("/recurrence/until", "the rule has two ends", fix));
                None
            }
            (Some(until), None) => date("/recurrence/until", until, problems).map(End::Until),
            (None, Some(count)) if (1..=MOST_COUNT).contains(&count) => Some(End::Count(count)),
            (None, Some(count)) => {
                let fix = "give the number of posts after which it ends, or a last date";
                problems.push(
                    invalid("/recurrence/count", "is out of bounds", fix)
                        .given(count)
                        .allowed(format!("1 to {MOST_COUNT}")),
                );
                None
            }
            (None, None) => Some(End::Never),
        }
    }

    fn skips(&self, problems: &mut Vec<Problem>) -> BTreeSet<LocalDate> {
        if self.skips.len() > MOST_SKIPS {
            let fix = "end the rule and begin a new one";
            problems.push(
                invalid("/recurrence/skips", "are too many", fix)
                    .given(self.skips.len())
                    .allowed(format!("at most {MOST_SKIPS}")),
            );
            return BTreeSet::new();
        }
        let dates = self.skips.iter().enumerate();
        dates
            .filter_map(|(index, text)| date(&format!("/recurrence/skips/{index}"), text, problems))
            .collect()
    }

    fn pattern(&self, start: LocalDate, problems: &mut Vec<Problem>) -> Option<Pattern> {
        match self.frequency {
            Frequency::Daily => Some(Pattern::Daily),
            Frequency::Weekly => self.weekly(start, problems),
            Frequency::Monthly => match self.nth {
                Some(nth) => self.nth_weekday(nth, start, problems),
                None => self.month_day(start, problems).map(Pattern::MonthlyOnDay),
            },
            Frequency::Yearly => self.yearly(start, problems),
        }
    }

    fn weekly(&self, start: LocalDate, problems: &mut Vec<Problem>) -> Option<Pattern> {
        let days: BTreeSet<u8> = self.weekdays.iter().copied().collect();
        if let Some(wrong) = days.iter().find(|day| !(1..=7).contains(*day)) {
            problems.push(no_weekday(*wrong));
            return None;
        }
        Some(Pattern::Weekly(if days.is_empty() {
            BTreeSet::from([weekday_of(start)])
        } else {
            days
        }))
    }

    fn nth_weekday(&self, nth: i8, start: LocalDate, problems: &mut Vec<Problem>) -> Option<Pattern> {
        let weekday = self
            .weekdays
            .first()
            .copied()
            .unwrap_or_else(|| weekday_of(start));
        if !(1..=7).contains(&weekday) || self.weekdays.len() > 1 {
            problems.push(no_weekday(weekday));
            return None;
        }
        let nth = match u8::try_from(nth) {
            Ok(number @ 1..=4) => Nth::Front(number),
            Err(_) if nth == LAST => Nth::Last,
            Ok(_) | Err(_) => {
                let fix = "give 1 to 4, or -1 for the last";
                problems.push(
                    invalid("/recurrence/nth", "no month has always such a weekday", fix)
                        .given(nth)
                        .allowed("1, 2, 3, 4 or -1"),
                );
                return None;
            }
        };
        Some(Pattern::MonthlyOnWeekday { nth, weekday })
    }

    fn month_day(&self, start: LocalDate, problems: &mut Vec<Problem>) -> Option<MonthDay> {
        let day = self.day.unwrap_or_else(|| start.day());
        match u8::try_from(day) {
            Ok(number @ 1..=31) => Some(MonthDay::Day(number)),
            Err(_) if day == LAST => Some(MonthDay::Last),
            Ok(_) | Err(_) => {
                let fix = "give 1 to 31, or -1 for the last day of the month";
                problems.push(
                    invalid("/recurrence/day", "there is no such day", fix)
                        .given(day)
                        .allowed("1 to 31 or -1"),
                );
                None
            }
        }
    }

    fn yearly(&self, start: LocalDate, problems: &mut Vec<Problem>) -> Option<Pattern> {
        let month = self
            .month
            .or_else(|| u8::try_from(start.month()).ok())
            .unwrap_or(1);
        let day = self.day.unwrap_or_else(|| start.day());
        if !(1..=12).contains(&month) {
            let fix = "give a month from 1 to 12";
            problems.push(
                invalid("/recurrence/month", "there is no such month", fix)
                    .given(month)
                    .allowed("1 to 12"),
            );
            return None;
        }
        let Ok(day @ 1..=31) = u8::try_from(day) else {
            let fix = "give a day from 1 to 31";
            problems.push(
                invalid("/recurrence/day", "there is no such day", fix)
                    .given(day)
                    .allowed("1 to 31"),
            );
            return None;
        };
        Some(Pattern::Yearly { month, day })
    }
}

fn date(field: &str, text: &str, problems: &mut Vec<Problem>) -> Option<LocalDate> {
    let read = parse_local_date(text).ok();
    if read.is_none() {
        let fix = "give a date of the form 2026-01-15";
        problems.push(Problem::new(Code::TimeMalformed, field, "is not a date", fix).given(text));
    }
    read
}

fn weekday_of(date: LocalDate) -> u8 {
    u8::try_from(date.weekday().to_monday_one_offset()).unwrap_or(1)
}

fn invalid(field: &str, detail: &str, fix: &str) -> Problem {
    Problem::new(Code::RecurrenceInvalid, field, detail, fix)
}

fn no_weekday(given: u8) -> Problem {
    let fix = "give days of the week from 1 (Monday) to 7 (Sunday), and only one beside nth";
    invalid("/recurrence/weekdays", "there is no such day of the week", fix)
        .given(given)
        .allowed("1 to 7")
}

/// The refusal of a rule without a date.
fn never() -> Problem {
    invalid(
        "/recurrence",
        "the rule never falls on a date",
        "look at its day, its start, its end and the dates it leaves out",
    )
}
