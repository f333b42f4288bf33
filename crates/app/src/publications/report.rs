//! What a worker reports becomes the next state, in one transaction with the attempt and the announcement.

use postern_domain::BackendError;
use postern_domain::event::Event;
use postern_domain::failure::{ErrorClass, Failure};
use postern_domain::id::{AttemptId, ChannelId};
use postern_domain::ports::{AttemptRow, Report};
use postern_domain::publication::{Attempt, Detection, Lease, Next, Outcome, Publication};

use super::desk::{Changed, Stored, change};
use super::release::changed_posts;
use super::{grants, mark_disconnected, rates};
use crate::App;
use crate::deps::Deps;

/// Takes reports; for each what comes next, or none when the lease is lost.
#[tracing::instrument(name = "app.publications.report", skip_all)]
pub(super) async fn report(app: &App, reports: Vec<Report>) -> Result<Vec<Option<Next>>, BackendError> {
    let deps = &app.deps;
    let unit = deps.storage.begin().await?;
    let now = deps.clock.now();
    let leases: Vec<Lease> = reports.iter().map(|report| report.lease).collect();
    let Changed { stored, sums } = change(&app.desk, &*unit, &leases, |place, publication| {
        let report = &reports[place];
        let entry = publication.entry;
        let jitter = deps.rng.number() % 1000;
        let outcome = report.outcome.clone();
        let before = publication.attempts;
        let next = publication.apply(report.lease.fence, outcome, now, &deps.settings.rules, jitter);
        // A report that comes again counts no try, and tells of none.
        Some((next.ok()?, (publication.attempts > before).then_some(entry)))
    })
    .await?;
    let (mut answers, mut rows, mut changed) = (Vec::new(), Vec::new(), Vec::new());
    let mut gone: Vec<(ChannelId, String)> = Vec::new();
    let mut told = Vec::new();
    for (report, stored) in reports.into_iter().zip(stored) {
        let Some(Stored {
            answer: (next, entry),
            publication,
        }) = stored
        else {
            let id = report.lease.publication;
            tracing::warn!(publication.id = %id, "report with a stale lease was dropped");
            answers.push(None);
            continue;
        };
        gone.extend(lost_access(&publication, &report.outcome));
        told.extend(rates::heard(deps, &publication, &report));
        rows.extend(entry.map(|entry| row(deps, &publication, report, entry)));
        changed.push(publication);
        answers.push(Some(next));
    }
    if changed.is_empty() {
        return Ok(answers);
    }
    unit.insert_attempts(&rows).await?;
    let mut events = changed_posts(&sums, &changed);
    for (channel, reason) in gone {
        events.extend(mark_disconnected(deps, &*unit, channel, &reason).await?);
    }
    if changed.iter().any(|publication| publication.due_at.is_some()) {
        events.push(Event::ScheduleChanged);
    }
    unit.announce(&deps.announcements(events)).await?;
    unit.commit().await?;
    app.desk.keep(changed);
    rates::hear(deps, &told, now).await;
    (deps.wake_relay)();
    Ok(answers)
}

/// The channel that lost its access with this outcome.
fn lost_access(publication: &Publication, outcome: &Outcome) -> Option<(ChannelId, String)> {
    match outcome {
        Outcome::Failed(failure) if failure.class == ErrorClass::Reconnect => {
            Some((publication.channel, grants::reason_of(failure)))
        }
        Outcome::Failed(_)
        | Outcome::EntryOut { .. }
        | Outcome::Waiting { .. }
        | Outcome::Detected(_)
        | Outcome::GivenBack => None,
    }
}

fn row(deps: &Deps, publication: &Publication, report: Report, entry: u32) -> AttemptRow {
    let (outcome, failure) = match report.outcome {
        Outcome::EntryOut { .. } => ("released".to_owned(), None),
        Outcome::Waiting { .. } => ("waiting".to_owned(), None),
        Outcome::GivenBack => ("given_back".to_owned(), None),
        Outcome::Failed(failure) => {
            let class = failure.class.as_str().to_owned();
            (
                class,
                Some(Failure {
                    attempt: publication.attempts,
                    ..failure
                }),
            )
        }
        Outcome::Detected(Detection::Found { .. }) => ("detected".to_owned(), None),
        Outcome::Detected(Detection::Absent) => ("absent".to_owned(), None),
        Outcome::Detected(Detection::Unknown { .. }) => ("unknown".to_owned(), None),
    };
    AttemptRow {
        workspace: publication.workspace,
        attempt: Attempt {
            id: AttemptId::from_bits(deps.rng.id()),
            publication: publication.id,
            number: publication.attempts,
            entry,
            started_at: report.started_at,
            ended_at: report.ended_at,
            outcome,
            failure,
            trace: report.trace,
        },
    }
}
