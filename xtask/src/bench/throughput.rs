//! How many posts a second go out, beside a loop that does nothing but ask the platform and store its answer.

use anyhow::Result;

use super::Scale;
use super::figure::{Figure, TIMES};
use super::stage::{Shape, Stage};

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
    let run = stage.bring_out(scale.posts, 0)?;
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
