//! What a worker holds after it has brought out a hundred thousand posts.

use anyhow::Result;

use super::Scale;
use super::figure::{Figure, TIMES, percentile};
use super::stage::{Shape, Stage};

/// Parts after which the worker is weighed.
const PARTS: u64 = 5;

/// How much more a worker may hold at the end than after the first part and still count as flat.
const FLAT: f64 = 1.15;

/// The heaviest of all weights, and how it grew.
pub(super) fn run(scale: &Scale) -> Result<Vec<Figure>> {
    let mut stage = Stage::set(Shape::Split)?;
    let programs = stage.start()?;
    let worker = programs.get(Shape::Split.publisher())?;
    let part = scale.memory_posts / PARTS;
    let mut weights = Vec::new();
    for _ in 0..PARTS {
        stage.bring_out_with(&programs, part)?;
        weights.push(worker.resident_mib()?);
    }
    let told: Vec<String> = weights.iter().map(|weight| format!("{weight:.1}")).collect();
    let note = format!("after each {part}: {}", told.join(", "));
    let growth = weights.last().copied().unwrap_or(0.0) / weights.first().copied().unwrap_or(1.0);
    Ok(vec![
        Figure::at_most(
            80.0,
            format!("memory of a worker after {} posts", part * PARTS),
            percentile(&weights, 1.0),
            "MiB",
            note,
        ),
        Figure::at_most(
            FLAT,
            "memory of a worker, last weight to first",
            growth,
            TIMES,
            "flat is what grows by no more",
        ),
    ])
}
