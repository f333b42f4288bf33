//! What is made of many measurements.

use std::time::Duration;

/// The measurement below which `percent` of a hundred lie; none when there is none.
pub(super) fn percentile(measurements: &[Duration], percent: usize) -> Option<Duration> {
    let mut sorted = measurements.to_vec();
    sorted.sort_unstable();
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_measured_values() {
        let measurements: Vec<Duration> = (1..=100).rev().map(Duration::from_secs).collect();
        for (percent, want) in [(50, 50), (99, 99), (100, 100), (0, 1)] {
            assert_eq!(
                percentile(&measurements, percent),
                Some(Duration::from_secs(want)),
                "{percent}"
            );
        }
        assert_eq!(percentile(&[], 50), None);
    }
}
