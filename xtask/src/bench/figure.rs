//! One measured figure, and what is made of many measurements.

use std::fmt;

/// A row of the table.
pub(super) struct Figure {
    pub(super) name: String,
    value: f64,
    unit: &'static str,
    bound: Bound,
    /// What the reader should know about the run.
    note: String,
}

/// Where a value should lie.
enum Bound {
    AtMost(f64),
    AtLeast(f64),
    /// It is told for comparison alone.
    Free,
}

/// The unit of ratios.
pub(super) const TIMES: &str = "×";

impl Figure {
    /// The head of the table.
    pub(super) const HEAD: &'static str = "| figure | measured | target | |\n|---|---|---|---|";

    /// A value that should not exceed `limit`.
    pub(super) fn at_most(
        limit: f64,
        name: impl Into<String>,
        value: f64,
        unit: &'static str,
        note: impl Into<String>,
    ) -> Self {
        Self::new(Bound::AtMost(limit), name.into(), value, unit, note.into())
    }

    /// A value that should reach `limit`.
    pub(super) fn at_least(
        limit: f64,
        name: impl Into<String>,
        value: f64,
        unit: &'static str,
        note: impl Into<String>,
    ) -> Self {
        Self::new(Bound::AtLeast(limit), name.into(), value, unit, note.into())
    }

    /// A value that others are compared with.
    pub(super) fn told(
        name: impl Into<String>,
        value: f64,
        unit: &'static str,
        note: impl Into<String>,
    ) -> Self {
        Self::new(Bound::Free, name.into(), value, unit, note.into())
    }

    fn new(bound: Bound, name: String, value: f64, unit: &'static str, note: String) -> Self {
        Self {
            name,
            value,
            unit,
            bound,
            note,
        }
    }

    /// Whether the value lies where it should.
    pub(super) fn is_met(&self) -> bool {
        match self.bound {
            Bound::AtMost(limit) => self.value <= limit,
            Bound::AtLeast(limit) => self.value >= limit,
            Bound::Free => true,
        }
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            name,
            value,
            unit,
            note,
            ..
        } = self;
        // A ratio says nothing without its second digit, a count of thousands nothing with it.
        let digits = match value.abs() {
            size if *unit == TIMES || size < 2.0 => 2,
            size if size < 1000.0 => 1,
            _ => 0,
        };
        write!(f, "| {name} | {value:.digits$} {unit} | ")?;
        match self.bound {
            Bound::AtMost(limit) => write!(f, "≤ {limit} {unit}")?,
            Bound::AtLeast(limit) => write!(f, "≥ {limit} {unit}")?,
            Bound::Free => {}
        }
        let verdict = if self.is_met() { "" } else { "**missed** " };
        write!(f, " | {verdict}{note} |")
    }
}

/// The value below which `share` (0 to 1) of all measurements lie; 0 when there are none.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rank among measurements, far below 2^52 and never negative"
)]
pub(super) fn percentile(measurements: &[f64], share: f64) -> f64 {
    let mut sorted = measurements.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_measured_values() {
        let measurements: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        for (share, want) in [(0.5, 50.0), (0.99, 99.0), (1.0, 100.0), (0.0, 1.0)] {
            assert!(
                (percentile(&measurements, share) - want).abs() < f64::EPSILON,
                "{share}"
            );
        }
        assert!(percentile(&[], 0.5).abs() < f64::EPSILON);
    }

    #[test]
    fn a_row_tells_its_target_and_whether_it_was_missed() {
        for (figure, want) in [
            (
                Figure::at_most(500.0, "a", 499.96, "ms", "n"),
                "| a | 500.0 ms | ≤ 500 ms | n |",
            ),
            (
                Figure::at_most(80.0, "b", 80.5, "MiB", "n"),
                "| b | 80.5 MiB | ≤ 80 MiB | **missed** n |",
            ),
            (
                Figure::at_least(0.4, "c", 0.4, TIMES, "n"),
                "| c | 0.40 × | ≥ 0.4 × | n |",
            ),
            (
                Figure::at_least(1.2, "d", 1.199, TIMES, "n"),
                "| d | 1.20 × | ≥ 1.2 × | **missed** n |",
            ),
            (Figure::told("e", 15_000.4, "/s", "n"), "| e | 15000 /s |  | n |"),
        ] {
            assert_eq!(figure.to_string(), want);
        }
    }
}
