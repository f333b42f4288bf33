//! The fields of the rule editor.

use postern_domain::recurrence::LAST;

use super::DAYS;
use crate::views::{Field, Input};

pub(super) fn or(text: &str, default: &str) -> String {
    if text.is_empty() { default } else { text }.to_owned()
}

fn choices<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Input {
    let owned = |(value, label): (&str, &str)| (value.to_owned(), label.to_owned());
    Input::Choice(pairs.into_iter().map(owned).collect())
}

pub(super) fn pattern_field(chosen: &str) -> Field {
    let patterns = choices([
        ("", "Does not repeat"),
        ("daily", "Every day, or every few days"),
        ("weekly", "On days of the week"),
        ("monthly", "On a day of the month"),
        ("weekday", "On a weekday of the month"),
        ("yearly", "Every year"),
    ]);
    Field::new("r.pattern", "Repeat", patterns)
        .optional()
        .value(chosen)
}

pub(super) fn every_label(pattern: &str) -> &'static str {
    match pattern {
        "weekly" => "Every … weeks",
        "monthly" | "weekday" => "Every … months",
        "yearly" => "Every … years",
        _ => "Every … days",
    }
}

pub(super) fn day_field(chosen: &str) -> Field {
    let mut list = vec![(String::new(), "The day of the date above".to_owned())];
    list.extend((1..=31).map(|day| (day.to_string(), format!("Day {day}"))));
    list.push((LAST.to_string(), "The last day".to_owned()));
    Field::new("r.day", "Day", Input::Choice(list))
        .optional()
        .value(chosen)
        .help("A month without this day is left out.")
}

pub(super) fn nth_field(chosen: &str) -> Field {
    let list = choices([
        ("1", "First"),
        ("2", "Second"),
        ("3", "Third"),
        ("4", "Fourth"),
        ("-1", "Last"),
    ]);
    Field::new("r.nth", "Which", list).value(or(chosen, "1"))
}

pub(super) fn weekday_field(chosen: &str) -> Field {
    let mut list = vec![(String::new(), "The date's weekday".to_owned())];
    let numbered = DAYS.into_iter().zip(1_u8..);
    list.extend(numbered.map(|((name, _), number)| (number.to_string(), name.to_owned())));
    Field::new("r.weekday", "Weekday", Input::Choice(list))
        .optional()
        .value(chosen)
}

pub(super) fn end_field(chosen: &str) -> Field {
    let list = choices([
        ("", "Never"),
        ("until", "After a date"),
        ("count", "After a number of posts"),
    ]);
    Field::new("r.end", "Ends", list).optional().value(chosen)
}
