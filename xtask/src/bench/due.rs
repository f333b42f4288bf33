//! How late posts go out when many of them are due in one second, and whether they keep their order.

use anyhow::Result;

use super::Scale;
use super::figure::{Figure, percentile};
use super::stage::{Shape, Stage};
use super::yardstick::Arrival;

/// Posts of an ordinary busy minute.
const SOME: u64 = 100;

/// What a worker has in hand at once; within it posts may overtake each other.
const IN_FLIGHT: usize = 50;

/// A hundred posts due at the same instant, in every shape.
pub(super) fn some(_: &Scale) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for shape in Shape::ALL {
        let mut stage = Stage::set(shape)?;
        let lateness = stage.bring_out(SOME, 0)?.lateness();
        let [earliest, median, worst] = [0.0, 0.5, 1.0].map(|share| percentile(&lateness, share));
        figures.push(Figure::at_most(
            500.0,
            format!("lateness p99, {SOME} due at once, {}", shape.as_str()),
            percentile(&lateness, 0.99),
            "ms",
            format!("earliest {earliest:.0}, median {median:.0}, worst {worst:.0}"),
        ));
    }
    Ok(figures)
}

/// Thousands of posts due one after the other within one second.
pub(super) fn many(scale: &Scale) -> Result<Vec<Figure>> {
    let mut stage = Stage::set(Shape::Split)?;
    let bare = stage.bare_loop(scale.posts)?;
    let count = scale.due_in_one_second;
    let apart = 1_000_000 / i64::try_from(count)?;
    let run = stage.bring_out(count, apart)?;
    let last = run.arrivals.iter().map(|arrival| arrival.at).max().unwrap_or(0);
    let seconds = f64::from(u32::try_from((last - run.batch.due) / 1000)?) / 1000.0;
    let limit = f64::from(u32::try_from(count)?) / (0.4 * bare);
    let overtaken = overtaken(&run.arrivals);
    let out_of_order = overtaken.iter().filter(|by| **by > IN_FLIGHT).count();
    let worst = overtaken.iter().max().copied().unwrap_or(0);
    Ok(vec![
        Figure::at_most(
            (limit * 100.0).round() / 100.0,
            format!("{count} due in one second, all out after"),
            seconds,
            "s",
            format!("as {count} posts at 0.4 of a bare loop that does {bare:.0}/s"),
        ),
        Figure::at_most(
            0.0,
            format!("{count} due in one second, out of order"),
            f64::from(u32::try_from(out_of_order)?),
            "posts",
            format!("overtaken by more than {IN_FLIGHT} later ones; at most by {worst}"),
        ),
    ])
}

/// For each arrival, how many posts came before it that were due after it. Posts are numbered by due time.
fn overtaken(arrivals: &[Arrival]) -> Vec<usize> {
    let mut seen: Vec<u64> = Vec::with_capacity(arrivals.len());
    arrivals
        .iter()
        .map(|arrival| {
            let place = seen.partition_point(|number| *number < arrival.number);
            seen.insert(place, arrival.number);
            seen.len() - place - 1
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn posts_that_came_too_early_are_counted_against_those_they_passed() {
        for (numbers, want) in [
            (vec![1, 2, 3], vec![0, 0, 0]),
            (vec![3, 1, 2], vec![0, 1, 1]),
            (vec![4, 3, 2, 1], vec![0, 1, 2, 3]),
        ] {
            let arrivals: Vec<Arrival> = numbers
                .iter()
                .map(|number| Arrival {
                    at: 0,
                    number: *number,
                })
                .collect();
            assert_eq!(overtaken(&arrivals), want, "{numbers:?}");
        }
    }
}
