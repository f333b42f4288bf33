//! Posts that return: a calendar rule in wall time, the dates it falls on, and the row that keeps it going.
//!
//! A [`RuleDraft`] is what somebody typed; [`RuleDraft::check`] makes a [`Rule`] of it or tells all that is wrong.
//! A rule falls on a local date at most once, always at the same wall time: a missing hour moves forward, a doubled
//! hour is its first pass, and a date that a zone leaves out altogether is left out. A month without the wanted day
//! is left out as well; the last day of every month is a choice of its own.

mod draft;
mod occurrences;
mod pattern;
mod rule;
mod series;
mod words;
mod written;

pub use draft::{Frequency, LAST, LONGEST_EVERY, MOST_COUNT, MOST_SKIPS, RuleDraft};
pub use occurrences::{Occurrence, Occurrences};
pub use pattern::{MonthDay, Nth, Pattern};
pub use rule::{End, Rule};
pub use series::{
    Ahead, InSeries, Made, NewRecurrence, Place, Reach, Recurrence, RecurrenceEdit, RecurrenceState,
    RecurrenceView,
};

#[cfg(test)]
mod tests;
