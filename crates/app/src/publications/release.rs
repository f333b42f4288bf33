//! The clock hand: what is due gets a lease and is announced.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use postern_domain::event::Event;
use postern_domain::id::{PostId, PublicationId, WorkspaceId};
use postern_domain::pause::Held;
use postern_domain::ports::{Announcement, Unit};
use postern_domain::post::PostState;
use postern_domain::publication::Publication;
use postern_domain::{BackendError, Timestamp};

use super::rates;
use crate::App;
use crate::deps::Deps;
use crate::pauses::{Gate, Lateness};

/// How long after it was written a post's publication belongs to the same trace.
const SAME_TRACE: Duration = Duration::from_mins(10);

/// Leases what is due, oldest first, at most `limit` publications, and announces each.
///
/// Leases and announcements are one transaction: a crash leaves both or none. Leases that lapsed are taken up
/// first, so that a dead worker's publications come back by themselves. What finds no room at its platform gets a
/// later time and counts as done with.
#[tracing::instrument(name = "app.publications.release_due", skip_all, fields(released))]
pub(super) async fn release_due(app: &App, limit: u32) -> Result<u32, BackendError> {
    let deps = &app.deps;
    let now = deps.clock.now();
    let unit = deps.storage.begin().await?;
    let lapsed = take_up_lapsed(deps, &*unit, now, limit).await?;
    let mut due = unit.due(now, limit, rates::in_hand(deps)).await?;
    if due.is_empty() && lapsed == 0 {
        return Ok(0);
    }
    let lateness = Lateness::load(&*unit, &due).await?;
    let gate = Gate::load(&*unit, &due).await?;
    let postponed = rates::postpone_crowded(deps, &mut due, &gate, &lateness, now).await;
    let mut events = Vec::new();
    let mut leased = HashSet::new();
    let mut released = u32::try_from(postponed.len()).unwrap_or(u32::MAX);
    for publication in due.iter_mut().filter(|it| !postponed.contains(&it.id)) {
        let held = gate.holds(publication);
        let late = lateness.of(publication);
        if lease_one(deps, publication, held, now, late) {
            released += 1;
            leased.insert(publication.id);
            events.push(Event::PublicationDue {
                publication: publication.id,
                fence: publication.fence,
                lane: publication.lane.clone(),
            });
        }
    }
    let sums = save(&*unit, &due, &leased).await?;
    let mut announcements = deps.announcements(events);
    continue_traces(&*unit, &due, &mut announcements, now).await?;
    announcements.extend(deps.announcements(changed_posts(&sums, &due)));
    unit.announce(&announcements).await?;
    unit.commit().await?;
    app.desk.keep(due.into_iter().map(|publication| Publication {
        revision: publication.revision + 1,
        ..publication
    }));
    (deps.wake_relay)();
    tracing::Span::current().record("released", released);
    Ok(released)
}

/// Stores what became of what was due; answers the states of the posts as a whole.
async fn save(
    unit: &dyn Unit,
    due: &[Publication],
    leased: &HashSet<PublicationId>,
) -> Result<Vec<(PostId, PostState)>, BackendError> {
    let (leased, rest): (Vec<_>, Vec<_>) = due.iter().cloned().partition(|it| leased.contains(&it.id));
    unit.save_leases(&leased).await?;
    let mut sums = unit.save_publications(&rest).await?;
    // Whatever the others of its post do, one that is leased is under way. One in doubt is not.
    let under_way = leased.iter().filter(|it| it.state.is_under_way());
    sums.extend(under_way.map(|it| (it.post, PostState::Publishing)));
    Ok(sums)
}

/// Leases one publication unless something holds it; answers whether there is work to announce.
fn lease_one(
    deps: &Deps,
    publication: &mut Publication,
    held: Option<Held>,
    now: Timestamp,
    lateness: Duration,
) -> bool {
    if held.is_some() && publication.hold(now).is_ok() {
        return false;
    }
    if held == Some(Held::Reconnect) {
        // Evidence cannot be looked for without access either.
        let jitter = deps.rng.number() % 1000;
        let _only_doubts_wait = publication.await_access(now, &deps.settings.rules, jitter);
        return false;
    }
    // What is in doubt is looked for during a pause as well: that sends nothing.
    let until = now.plus(deps.settings.lease);
    publication.lease(now, until, lateness).unwrap_or(false)
}

/// A post that goes out soon after it was written stays in the trace of the call that wrote it; later ones are
/// only linked to it, by what the claim carries.
async fn continue_traces(
    unit: &dyn Unit,
    due: &[Publication],
    announcements: &mut [Announcement],
    now: Timestamp,
) -> Result<(), BackendError> {
    let fresh: HashMap<PublicationId, PostId> = due
        .iter()
        .filter(|publication| now.since(publication.created_at) <= SAME_TRACE)
        .map(|publication| (publication.id, publication.post))
        .collect();
    let mut posts: Vec<PostId> = fresh.values().copied().collect();
    posts.sort_unstable();
    posts.dedup();
    let traces: HashMap<PostId, String> = unit.traceparents(&posts).await?.into_iter().collect();
    for announcement in announcements {
        if let Event::PublicationDue { publication, .. } = &announcement.event
            && let Some(trace) = fresh.get(publication).and_then(|post| traces.get(post))
        {
            announcement.traceparent = Some(trace.clone());
        }
    }
    Ok(())
}

async fn take_up_lapsed(
    deps: &Deps,
    unit: &dyn Unit,
    now: Timestamp,
    limit: u32,
) -> Result<usize, BackendError> {
    let mut lapsed = unit.lapsed(now, limit).await?;
    let rules = &deps.settings.rules;
    lapsed.retain_mut(|publication| publication.lapse(now, rules, deps.rng.number() % 1000).is_ok());
    for publication in &lapsed {
        tracing::warn!(
            publication.id = %publication.id,
            channel.id = %publication.channel,
            state = %publication.state,
            "lease lapsed without a report"
        );
    }
    let sums = unit.save_publications(&lapsed).await?;
    // Whoever looks at a post sees that it went out of work, or that it failed.
    unit.announce(&deps.announcements(changed_posts(&sums, &lapsed)))
        .await?;
    Ok(lapsed.len())
}

/// One event per post that changed, with its state as a whole.
pub(crate) fn changed_posts(sums: &[(PostId, PostState)], changed: &[Publication]) -> Vec<Event> {
    let workspaces: HashMap<PostId, WorkspaceId> = changed.iter().map(|it| (it.post, it.workspace)).collect();
    // Of a post that was summed up twice, the last sum counts.
    let last: HashMap<PostId, PostState> = sums.iter().copied().collect();
    let mut posts: Vec<(PostId, PostState)> = last.into_iter().collect();
    posts.sort_unstable_by_key(|(post, _)| *post);
    let event = |(post, state): (PostId, PostState)| {
        Some(Event::PostChanged {
            workspace: *workspaces.get(&post)?,
            post,
            state: state.as_str().to_owned(),
        })
    };
    posts.into_iter().filter_map(event).collect()
}
