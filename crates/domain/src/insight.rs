//! Figures that platforms measured.

use crate::time::LocalDate;

/// One metric over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// What was measured, for readers: `Impressions`.
    pub label: String,
    /// What was measured on each day, oldest first.
    pub points: Vec<Point>,
    /// The change against the days before, in percent, where there is something to compare with.
    pub change: Option<f64>,
    /// Whether a total over days is their mean, as for rates, rather than their sum.
    pub is_mean: bool,
}

/// One day of a metric.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// The day, in the workspace's zone.
    pub date: LocalDate,
    /// What was measured.
    pub value: f64,
}

/// The figures of a post on one channel.
#[derive(Debug, Clone, PartialEq)]
pub enum PostInsights {
    /// What was measured; nothing where nothing was.
    Known(Vec<Series>),
    /// The platform's id of the post is not known, so nothing can be asked for.
    Unnamed,
}
