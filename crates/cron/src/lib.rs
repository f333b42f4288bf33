//! A metronome: says when, never what.
//!
//! It sleeps until the next row is due, or until somebody announces that the plan changed, and asks the backend to
//! release what is due. Several metronomes do no harm, for leasing is atomic. Begin with `release.rs`.

mod chores;
mod recurrences;
mod release;

use std::sync::Arc;
use std::time::Duration;

use postern_domain::ports::{Backend, Clock};
use tokio_util::sync::CancellationToken;

/// What a metronome leans on.
#[derive(Clone)]
pub struct Deps {
    /// The owner of the plan.
    pub backend: Arc<dyn Backend>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Settings.
    pub settings: Settings,
}

/// What operators choose.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Most publications released at once.
    pub batch: u32,
    /// The longest sleep: how late an announcement that got lost can make a post.
    pub longest_sleep: Duration,
    /// The pause between two rounds of chores.
    pub chores: Duration,
}

/// Beats until `stop`.
pub async fn run(deps: Deps, stop: CancellationToken) {
    futures::join!(
        release::run(&deps, &stop),
        recurrences::run(&deps, &stop),
        chores::run(&deps, &stop)
    );
}
