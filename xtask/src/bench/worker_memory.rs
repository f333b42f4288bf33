//! What a worker holds after it has brought out a hundred thousand posts.

use anyhow::{Result, bail};

use super::figure::{Figure, percentile};
use super::stage::{Shape, Stage};
use super::{Scale, instant};

/// Parts after which the worker is weighed.
const PARTS: u64 = 5;

/// Time to store a part before it is due.
const AHEAD_MS: i64 = 20_000;

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
        let due = (instant::now_ms()? + AHEAD_MS) / 1000 * 1_000_000;
        let batch = stage.seed(part, due, 0)?;
        if instant::now_ms()? * 1000 > due {
            bail!("the posts were due before they were stored");
        }
        stage.watch(batch, &programs)?;
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
            super::figure::TIMES,
            "flat is what grows by no more",
        ),
    ])
}
