//! How late posts go out when a hundred of them are due in one second.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::Scale;
use super::figure::{Figure, percentile};
use super::http::Connection;
use super::instant;
use super::mcp::Scheduler;
use super::product::{Product, folder};

const POSTS: usize = 100;
/// Time to schedule all of them before they are due.
const AHEAD_MS: i64 = 15_000;
const DEADLINE: Duration = Duration::from_secs(90);

/// The tail of the lateness, by the simulator's own clock.
pub(super) fn run(_: &Scale) -> Result<Vec<Figure>> {
    let data = folder()?;
    let product = Product::serve(data.path(), &["--sandbox"])?;
    let (channel, key) = product.set_up("mastodon")?;
    let scheduler = Scheduler {
        host: product.host.clone(),
        key,
        channel,
    };
    // Tools take whole seconds, so all posts name the same one.
    let due = (instant::now_ms()? + AHEAD_MS) / 1000 * 1000;
    let mut connection = Connection::open(&scheduler.host)?;
    for index in 0..POSTS {
        scheduler.schedule(&mut connection, &format!("due {index}"), &instant::format(due))?;
    }
    if instant::now_ms()? > due {
        bail!("scheduling took longer than {} s", AHEAD_MS / 1000);
    }
    let lateness = wait_for_all(&product.sandbox()?, due)?;
    let earliest = percentile(&lateness, 0.0);
    let median = percentile(&lateness, 0.5);
    let worst = percentile(&lateness, 1.0);
    let note = format!("{POSTS} posts; earliest {earliest:.0}, median {median:.0}, worst {worst:.0}");
    let value = percentile(&lateness, 0.99);
    Ok(vec![Figure::at_most(500.0, "lateness, p99", value, "ms", note)])
}

/// Waits until the simulator holds every post once: milliseconds after the due time, each.
fn wait_for_all(sandbox: &str, due: i64) -> Result<Vec<f64>> {
    let begin = Instant::now();
    let mut held = 0;
    while begin.elapsed() < DEADLINE {
        let journal = Connection::open(sandbox)?
            .get("/_sim/journal?platform=mastodon")?
            .json()?;
        let entries = journal.as_array().context("the journal is no list")?;
        held = entries.len();
        if held > POSTS {
            bail!("{held} posts are out, {POSTS} were scheduled");
        }
        if held == POSTS {
            return entries.iter().map(|entry| lateness_of(entry, due)).collect();
        }
        std::thread::sleep(Duration::from_millis(250));
    }
    bail!("{held} of {POSTS} posts were out after {} s", DEADLINE.as_secs());
}

fn lateness_of(entry: &Value, due: i64) -> Result<f64> {
    let at = entry.get("at").and_then(Value::as_str).and_then(instant::parse);
    let at = at.with_context(|| format!("no time in {entry}"))?;
    Ok(f64::from(i32::try_from(at - due)?))
}
