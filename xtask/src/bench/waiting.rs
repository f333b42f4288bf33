//! What a million posts that wait cost those that are due.

use anyhow::Result;

use super::figure::{Figure, TIMES, percentile};
use super::stage::{Run, Shape, Stage};
use super::{Scale, cpu, instant};

/// Posts due at once while the others wait.
const DUE: u64 = 100;

/// Rounds of each count; the median is told.
const ROUNDS: usize = 5;

/// Time for the programs to start before the posts are due.
const AHEAD_MS: i64 = 8_000;

/// The others are due in so many days, a second apart.
const LATER_DAYS: i64 = 30;

/// How long a program that says when is watched while there is nothing to say.
const IDLE_SECONDS: u64 = 20;

/// Both databases.
pub(super) fn run(scale: &Scale) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for shape in [Shape::Split, Shape::Embedded] {
        let few = out_after(shape, scale.few_waiting)?;
        let many = out_after(shape, scale.many_waiting)?;
        let name = shape.as_str();
        let note = format!(
            "{DUE} due: {:.0} ms with {} waiting, {:.0} ms with {}",
            many.millis, scale.many_waiting, few.millis, scale.few_waiting
        );
        figures.push(Figure::at_most(
            1.5,
            format!("cost of waiting, {name}"),
            many.millis / few.millis,
            TIMES,
            note,
        ));
        figures.push(Figure::at_most(
            1.0,
            format!("idle processor time of {}, {name}", shape.metronome()),
            many.idle_percent,
            "%",
            format!("{} waiting, over {IDLE_SECONDS} s", scale.many_waiting),
        ));
    }
    Ok(figures)
}

struct Measured {
    /// From due until the last of the posts is at the platform.
    millis: f64,
    idle_percent: f64,
}

fn out_after(shape: Shape, waiting: u64) -> Result<Measured> {
    let mut stage = Stage::set(shape)?;
    let later = instant::now_ms()? * 1000 + LATER_DAYS * 86_400_000_000;
    stage.seed(waiting, later, 1_000_000)?;
    let programs = stage.start()?;
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let due = (instant::now_ms()? + AHEAD_MS) / 1000 * 1_000_000;
        let batch = stage.seed(DUE, due, 0)?;
        let run: Run = stage.watch(batch, &programs)?;
        rounds.push(percentile(&run.lateness(), 1.0));
    }
    let metronome = programs.get(shape.metronome())?.pid();
    let before = cpu::used_by(metronome)?;
    std::thread::sleep(std::time::Duration::from_secs(IDLE_SECONDS));
    let used = cpu::used_by(metronome)?.saturating_sub(before);
    Ok(Measured {
        millis: percentile(&rounds, 0.5),
        idle_percent: used.as_secs_f64() * 100.0 / std::time::Duration::from_secs(IDLE_SECONDS).as_secs_f64(),
    })
}
