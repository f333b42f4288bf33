//! How many posts a second go out, beside a loop that does nothing but ask the platform and store its answer.

use anyhow::{Result, bail};

use super::figure::{Figure, TIMES};
use super::stage::{Run, Shape, Stage};
use super::{Scale, instant};

/// Time for the programs to start before the posts are due.
const AHEAD_MS: i64 = 8_000;

/// Several programs over PostgreSQL and Redis, one worker among them.
pub(super) fn split(scale: &Scale) -> Result<Vec<Figure>> {
    beside_bare_loop(Shape::Split, scale, 0.4)
}

/// One process over PostgreSQL and Redis.
pub(super) fn monolith(scale: &Scale) -> Result<Vec<Figure>> {
    beside_bare_loop(Shape::Monolith, scale, 0.4)
}

/// One process with SQLite.
pub(super) fn embedded(scale: &Scale) -> Result<Vec<Figure>> {
    beside_bare_loop(Shape::Embedded, scale, 0.25)
}

fn beside_bare_loop(shape: Shape, scale: &Scale, share: f64) -> Result<Vec<Figure>> {
    let mut stage = Stage::set(shape)?;
    // The loop runs on both sides of the product, so that a machine that grows slower harms both.
    let before = stage.bare_loop(scale.posts)?;
    let run = bring_out(&mut stage, scale.posts)?;
    let after = stage.bare_loop(scale.posts)?;
    let bare = f64::midpoint(before, after);
    let rate = run.per_second()?;
    let name = shape.as_str();
    let note = format!(
        "{} posts, {:.0}/s by arrivals; {}",
        scale.posts,
        run.arrivals_per_second()?,
        run.shares()?
    );
    Ok(vec![
        Figure::told(
            "bare loop",
            bare,
            "/s",
            format!("{before:.0} before, {after:.0} after"),
        ),
        Figure::told(format!("throughput, {name}"), rate, "/s", note),
        Figure::at_least(
            share,
            format!("throughput, {name}, to bare loop"),
            rate / bare,
            TIMES,
            "one worker, 50 in flight",
        ),
    ])
}

/// Brings out so many posts that are due at the same instant.
pub(super) fn bring_out(stage: &mut Stage, posts: u64) -> Result<Run> {
    // Storing comes before the clock runs, for a million rows take their time.
    let due = |ahead| anyhow::Ok((instant::now_ms()? + ahead) / 1000 * 1_000_000);
    let batch = stage.seed(posts, due(AHEAD_MS + millis_to_store(posts))?, 0)?;
    let programs = stage.start()?;
    if instant::now_ms()? * 1000 > batch.due {
        bail!("the posts were due before the programs ran");
    }
    stage.watch(batch, &programs)
}

/// A generous guess.
fn millis_to_store(posts: u64) -> i64 {
    i64::try_from(posts / 5).unwrap_or(i64::MAX)
}
