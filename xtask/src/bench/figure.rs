//! One measured figure, and what is made of many measurements.

use std::fmt;

/// A row of the table.
pub(super) struct Figure {
    pub(super) name: String,
    pub(super) value: f64,
    pub(super) unit: &'static str,
    /// What the value should not exceed.
    pub(super) limit: f64,
    /// What the reader should know about the run.
    pub(super) note: String,
}

impl Figure {
    /// The head of the table.
    pub(super) const HEAD: &'static str = "| figure | measured | at most | |\n|---|---|---|---|";

    /// Whether the value is within its limit.
    pub(super) fn is_met(&self) -> bool {
        self.value <= self.limit
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.is_met() { "" } else { "**missed** " };
        let Self {
            name,
            value,
            unit,
            limit,
            note,
            ..
        } = self;
        write!(
            f,
            "| {name} | {value:.1} {unit} | {limit:.0} {unit} | {verdict}{note} |"
        )
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
}
