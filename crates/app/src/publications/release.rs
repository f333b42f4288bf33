//! The clock hand: what is due gets a lease and is announced.

use std::collections::HashMap;
use std::time::Duration;

use postern_domain::channel::Channel;
use postern_domain::event::Event;
use postern_domain::id::{ChannelId, PostId, PublicationId, WorkspaceId};
use postern_domain::ports::{Announcement, Unit};
use postern_domain::publication::{Publication, State};
use postern_domain::workspace::DEFAULT_LATENESS;
use postern_domain::{BackendError, Timestamp};

use crate::deps::Deps;

/// How long after it was written a post's publication belongs to the same trace.
const SAME_TRACE: Duration = Duration::from_mins(10);

/// Leases what is due, oldest first, at most `limit` publications, and announces each.
///
/// Leases and announcements are one transaction: a crash leaves both or none. Leases that lapsed are taken up
/// first, so that a dead worker's publications come back by themselves.
#[tracing::instrument(name = "app.publications.release_due", skip_all, fields(released))]
pub(super) async fn release_due(deps: &Deps, limit: u32) -> Result<u32, BackendError> {
    let now = deps.clock.now();
    let unit = deps.storage.begin().await?;
    let lapsed = take_up_lapsed(&*unit, now, limit).await?;
    let mut due = unit.due(now, limit).await?;
    if due.is_empty() && lapsed == 0 {
        return Ok(0);
    }
    let lateness = lateness_of(&*unit, &due).await?;
    let channels = channels_of(&*unit, &due).await?;
    let mut events = Vec::new();
    let mut released = 0;
    for publication in &mut due {
        let channel = channels.get(&publication.channel);
        let late = lateness
            .get(&publication.workspace)
            .copied()
            .unwrap_or(DEFAULT_LATENESS);
        if lease_one(deps, publication, channel, now, late) {
            released += 1;
            events.push(Event::PublicationDue {
                publication: publication.id,
                fence: publication.fence,
                lane: publication.lane.clone(),
            });
        }
    }
    unit.save_publications(&due).await?;
    let mut announcements = deps.announcements(events);
    continue_traces(&*unit, &due, &mut announcements, now).await?;
    announcements.extend(deps.announcements(changed_posts(&*unit, &due).await?));
    unit.announce(&announcements).await?;
    unit.commit().await?;
    (deps.wake_relay)();
    tracing::Span::current().record("released", released);
    Ok(released)
}

/// Leases one publication; answers whether there is work to announce.
fn lease_one(
    deps: &Deps,
    publication: &mut Publication,
    channel: Option<&Channel>,
    now: Timestamp,
    lateness: Duration,
) -> bool {
    if !channel.is_some_and(Channel::is_ready) {
        // Evidence cannot be looked for without access either; a person or the reconnect goes on from here.
        if publication.hold(now).is_err() {
            publication.due_at = None;
        }
        return false;
    }
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

async fn take_up_lapsed(unit: &dyn Unit, now: Timestamp, limit: u32) -> Result<usize, BackendError> {
    let mut lapsed = unit.lapsed(now, limit).await?;
    lapsed.retain_mut(|publication| publication.lapse(now).is_ok());
    for publication in &lapsed {
        tracing::warn!(
            publication.id = %publication.id,
            channel.id = %publication.channel,
            state = %publication.state,
            "lease lapsed without a report"
        );
    }
    unit.save_publications(&lapsed).await?;
    Ok(lapsed.len())
}

async fn lateness_of(
    unit: &dyn Unit,
    due: &[Publication],
) -> Result<HashMap<WorkspaceId, Duration>, BackendError> {
    let mut ids: Vec<WorkspaceId> = due.iter().map(|publication| publication.workspace).collect();
    ids.sort_unstable();
    ids.dedup();
    let workspaces = unit.workspaces(&ids).await?;
    Ok(workspaces
        .into_iter()
        .map(|workspace| (workspace.id, workspace.lateness))
        .collect())
}

async fn channels_of(
    unit: &dyn Unit,
    due: &[Publication],
) -> Result<HashMap<ChannelId, Channel>, BackendError> {
    let mut ids: Vec<ChannelId> = due.iter().map(|publication| publication.channel).collect();
    ids.sort_unstable();
    ids.dedup();
    let channels = unit.channels_by_id(&ids).await?;
    Ok(channels
        .into_iter()
        .map(|channel| (channel.id, channel))
        .collect())
}

/// One event per post that changed, with its state as a whole.
pub(super) async fn changed_posts(
    unit: &dyn Unit,
    changed: &[Publication],
) -> Result<Vec<Event>, BackendError> {
    let mut by_workspace: HashMap<WorkspaceId, Vec<PostId>> = HashMap::new();
    for publication in changed {
        by_workspace
            .entry(publication.workspace)
            .or_default()
            .push(publication.post);
    }
    let mut events = Vec::new();
    for (workspace, mut posts) in by_workspace {
        posts.sort_unstable();
        posts.dedup();
        // The sums were made when the publications were saved. Looking at the other publications of these posts
        // would lock them after the posts, and two units that do so wait for each other.
        let states = unit.post_states(&posts).await?;
        events.extend(states.into_iter().map(|(post, state)| Event::PostChanged {
            workspace,
            post,
            state: state.as_str().to_owned(),
        }));
    }
    Ok(events)
}

/// The states in which a publication may wait for its channel: held, or in doubt and without access to look.
pub(crate) const HELD: [State; 2] = [State::Held, State::Unconfirmed];
