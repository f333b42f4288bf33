//! The product under blows: everything that may go wrong goes wrong on purpose, and at the end nothing may be lost
//! and nothing may be doubled.
//!
//! [`run`] starts the split shape with several programs of each service over a PostgreSQL and a Redis of its own,
//! keeps writing posts through REST and MCP, and meanwhile deals the blows of a [`schedule`] that follows from a seed
//! alone: programs are killed, stopped past their leases and continued, Redis is emptied and killed, PostgreSQL
//! restarted, and the simulated platforms fail in every way that they know.
//! One worker's clock is wrong all the time.
//! Then the blows end, the product settles, a person answers what no platform can tell, and [`audit`] compares what
//! the platforms hold with what was asked for and with what the database says.
//!
//! With [`Options::rolling`] there are no blows: each program is asked to end and started again, one after the other,
//! and nobody who calls may notice.

mod audit;
mod books;
mod callers;
mod figures;
mod ground;
mod person;
mod random;
mod report;
mod rolling;
mod schedule;
mod storm;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use postern_servers::Programs;

pub use report::Report;

use ground::Ground;
use person::Person;
use schedule::Schedule;

/// What a run shall be.
#[derive(Debug, Clone)]
pub struct Options {
    /// From which the posts, the blows and the faults follow.
    pub seed: u64,
    /// How long posts are written and blows are dealt.
    pub length: Duration,
    /// How many posts are written.
    pub posts: u32,
    /// Accounts on each platform.
    pub accounts: usize,
    /// Whether programs are restarted in turn, instead of all the blows.
    pub rolling: bool,
    /// How long a person waits for the product to find out for itself what became of a post.
    pub doubt: Duration,
    /// How long the product may take to settle once the blows have ended.
    pub settling: Duration,
    /// Where the logs of the programs are put when something was found; nowhere where it is none.
    pub logs: Option<PathBuf>,
}

/// Runs to the end and tells what was found.
///
/// # Errors
/// When the run could not be carried out. What the run finds is in the report.
pub async fn run(options: &Options, programs: &Programs) -> Result<Report> {
    let schedule = Schedule::of(options);
    let ground = Arc::new(Ground::prepare(options, programs).await?);
    if !options.rolling {
        ground.plan_faults(&schedule.background).await?;
    }
    let callers = callers::run(Arc::clone(&ground), schedule.calls);
    let dealt = async {
        if options.rolling {
            rolling::run(&ground, options.length).await
        } else {
            storm::run(Arc::clone(&ground), schedule.blows).await
        }
    };
    let mut person = Person::new(Arc::clone(&ground));
    let (told, dealt) = tokio::join!(callers, person.beside(dealt));
    let (told, dealt) = (told?, dealt?);
    ground.calm().await?;
    person.settle(options.doubt, options.settling).await?;
    let mut report = audit::run(&ground, told, dealt, person.into_doubts()).await?;
    report.options(options);
    let ground = Arc::try_unwrap(ground).ok().context("somebody still works")?;
    ground.finish(options, &mut report).await?;
    Ok(report)
}
