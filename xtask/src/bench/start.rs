//! How long it takes from starting the program to its first healthy answer.

use anyhow::Result;

use super::Scale;
use super::figure::{Figure, percentile};
use super::product::{Product, folder};

/// Starts with data; the median is told.
const ROUNDS: usize = 9;

/// First start in an empty folder, and later starts.
pub(super) fn run(_: &Scale) -> Result<Vec<Figure>> {
    let data = folder()?;
    let first = Product::serve(data.path(), &[])?.healthy_after.as_secs_f64() * 1000.0;
    let mut later = Vec::new();
    for _ in 0..ROUNDS {
        later.push(Product::serve(data.path(), &[])?.healthy_after.as_secs_f64() * 1000.0);
    }
    let figure = |name: &str, value, limit, note: String| Figure::at_most(limit, name, value, "ms", note);
    Ok(vec![
        figure("first start to healthy", first, 1000.0, "empty folder".to_owned()),
        figure(
            "start to healthy",
            percentile(&later, 0.5),
            300.0,
            format!("median of {ROUNDS}, existing data"),
        ),
    ])
}
