//! What a million posts that wait cost those that are due.

use std::time::Duration;

use anyhow::Result;

use super::figure::{Figure, TIMES, percentile};
use super::stage::{Shape, Stage};
use super::{Scale, cpu, instant};

/// Posts due at once while the others wait.
const DUE: u64 = 100;

/// Rounds of each count; the median is told.
const ROUNDS: usize = 7;

/// The others begin to be due so many days from now.
const LATER_DAYS: i64 = 30;

/// How long a program that says when is watched while there is nothing to say.
const IDLE: Duration = Duration::from_secs(20);

/// Both databases.
pub(super) fn run(scale: &Scale) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for shape in [Shape::Split, Shape::Embedded] {
        let few = beside(shape, scale.few_waiting)?;
        let many = beside(shape, scale.many_waiting)?;
        let name = shape.as_str();
        figures.push(Figure::at_most(
            1.5,
            format!("release and lease beside waiting posts, {name}"),
            many.leased / few.leased,
            TIMES,
            format!(
                "{:.0} ms with {} waiting, {:.0} ms with {}; the last of {DUE} out after {:.0} and {:.0} ms",
                many.leased, scale.many_waiting, few.leased, scale.few_waiting, many.out, few.out
            ),
        ));
        figures.push(Figure::at_most(
            1.0,
            format!("idle processor time of {}, {name}", shape.metronome()),
            many.idle_percent,
            "%",
            format!("{} waiting, over {} s", scale.many_waiting, IDLE.as_secs()),
        ));
    }
    Ok(figures)
}

/// Medians of all rounds.
struct Measured {
    /// Milliseconds from due until a worker begins with half of the posts.
    leased: f64,
    /// Milliseconds from due until the last post is at the platform.
    out: f64,
    idle_percent: f64,
}

fn beside(shape: Shape, waiting: u64) -> Result<Measured> {
    let mut stage = Stage::set(shape)?;
    let later = instant::now_ms()? * 1000 + LATER_DAYS * 86_400_000_000;
    stage.seed(waiting, later, 1_000_000)?;
    let programs = stage.start()?;
    let (mut leased, mut out) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let run = stage.bring_out_with(&programs, DUE)?;
        leased.push(percentile(&run.batch.begun(&stage.database)?, 0.5));
        out.push(percentile(&run.lateness(), 1.0));
    }
    let metronome = programs.get(shape.metronome())?.pid();
    let before = cpu::used_by(metronome)?;
    std::thread::sleep(IDLE);
    let used = cpu::used_by(metronome)?.saturating_sub(before);
    Ok(Measured {
        leased: percentile(&leased, 0.5),
        out: percentile(&out, 0.5),
        idle_percent: used.as_secs_f64() * 100.0 / IDLE.as_secs_f64(),
    })
}
