//! Rules as drafts again, for those who store, send and show them.

use super::draft::{Frequency, LAST, RuleDraft};
use super::pattern::{MonthDay, Nth, Pattern};
use super::rule::{End, Rule};

impl From<&Rule> for RuleDraft {
    fn from(rule: &Rule) -> Self {
        let signed = |number: u8| i8::try_from(number).unwrap_or(i8::MAX);
        let draft = Self {
            every: u32::from(rule.every),
            time: rule.time.strftime("%H:%M").to_string(),
            zone: rule.zone.name().to_owned(),
            starts_on: rule.starts_on.to_string(),
            skips: rule.skips.iter().map(ToString::to_string).collect(),
            ..Self::default()
        };
        let draft = match rule.end {
            End::Never => draft,
            End::Until(last) => Self {
                until: Some(last.to_string()),
                ..draft
            },
            End::Count(count) => Self {
                count: Some(count),
                ..draft
            },
        };
        match &rule.pattern {
            Pattern::Daily => draft,
            Pattern::Weekly(days) => Self {
                frequency: Frequency::Weekly,
                weekdays: days.iter().copied().collect(),
                ..draft
            },
            Pattern::MonthlyOnDay(day) => Self {
                frequency: Frequency::Monthly,
                day: Some(match day {
                    MonthDay::Day(number) => signed(*number),
                    MonthDay::Last => LAST,
                }),
                ..draft
            },
            Pattern::MonthlyOnWeekday { nth, weekday } => Self {
                frequency: Frequency::Monthly,
                nth: Some(match nth {
                    Nth::Front(number) => signed(*number),
                    Nth::Last => LAST,
                }),
                weekdays: vec![*weekday],
                ..draft
            },
            Pattern::Yearly { month, day } => Self {
                frequency: Frequency::Yearly,
                month: Some(*month),
                day: Some(signed(*day)),
                ..draft
            },
        }
    }
}
