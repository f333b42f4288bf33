//! Getting a report through: what the platform did must not be forgotten because the backend was away.

use std::time::Duration;

use postern_domain::failure::Trace;
use postern_domain::ports::{Clock, Report};
use postern_domain::publication::{Next, Outcome};

use crate::session::Session;

/// The first pause between two tries.
const FIRST: Duration = Duration::from_millis(100);

/// The longest pause between two tries.
const LONGEST: Duration = Duration::from_secs(2);

/// Tries: with the pauses above about two minutes, beyond the end of any lease.
const TRIES: u32 = 64;

/// Sends a report until it is stored or the lease is lost.
pub(crate) async fn send(session: &Session<'_>, outcome: Outcome, trace: Trace) -> Next {
    let report = Report {
        lease: session.claimed.lease,
        outcome,
        trace,
        started_at: session.began,
        ended_at: session.deps.clock.now(),
    };
    let mut pause = FIRST;
    for _ in 0..TRIES {
        match session.calls.report.ask(report.clone()).await {
            Ok(next) => return next.unwrap_or(Next::Stop),
            Err(error) => tracing::warn!(error = %error, "report not stored yet"),
        }
        if session.is_lost() {
            break;
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST);
    }
    tracing::error!(publication.id = %session.claimed.publication.id, "report given up, the lease decides");
    Next::Stop
}
