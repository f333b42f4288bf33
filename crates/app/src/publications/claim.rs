//! A worker takes work, keeps it, and says what it is about to do.

use std::collections::HashMap;

use postern_domain::BackendError;
use postern_domain::channel::{Channel, Credential};
use postern_domain::id::{ChannelId, PostId};
use postern_domain::ports::{Claimed, ClaimedEntry, ClaimedMedia, CredentialRow, Work};
use postern_domain::post::{Entry, Post};
use postern_domain::publication::{Armed, Lease, Publication, State, Step};

use super::desk::change_in_hand;
use crate::App;
use crate::deps::Deps;

/// Takes leased publications for this worker; those that somebody else has are left out.
#[tracing::instrument(name = "app.publications.claim", skip_all, fields(claimed))]
pub(super) async fn claim(app: &App, worker: &str, leases: &[Lease]) -> Result<Vec<Claimed>, BackendError> {
    let deps = &app.deps;
    // What is leased cannot be edited, so that it may be read before the claim; and what cannot be read now is better
    // not claimed.
    let needs = Needs::load(app, leases).await?;
    let now = deps.clock.now();
    let until = now.plus(deps.settings.lease);
    let taken = change_in_hand(&app.desk, &*deps.storage, leases, |place, publication| {
        publication.claim(leases[place].fence, worker, until, now).ok()
    });
    let (leases, publications): (Vec<Lease>, Vec<Publication>) = leases
        .iter()
        .zip(taken.await?)
        .filter_map(|(lease, taken)| Some((*lease, taken?.publication)))
        .unzip();
    let claimed: Vec<Claimed> = leases
        .into_iter()
        .zip(publications)
        .filter_map(|(lease, publication)| needs.order(deps, lease, publication))
        .collect();
    tracing::Span::current().record("claimed", claimed.len());
    Ok(claimed)
}

/// Keeps leases alive; answers those that are lost.
pub(super) async fn extend(deps: &Deps, leases: Vec<Lease>) -> Result<Vec<Lease>, BackendError> {
    let unit = deps.storage.begin().await?;
    let until = deps.clock.now().plus(deps.settings.lease);
    let held = unit.extend_leases(&leases, until).await?;
    unit.commit().await?;
    Ok(leases.into_iter().filter(|lease| !held.contains(lease)).collect())
}

/// Stores the provider's progress; a lost lease is a conflict.
pub(super) async fn save_step(app: &App, lease: Lease, step: Step) -> Result<(), BackendError> {
    let now = app.deps.clock.now();
    let (leases, mut is_known) = ([lease], false);
    let stored = change_in_hand(&app.desk, &*app.deps.storage, &leases, |_, publication| {
        is_known = true;
        publication.save_step(lease.fence, step.clone(), now).ok()
    });
    if stored.await?.into_iter().flatten().next().is_none() {
        let noun = if is_known { "lease" } else { "publication" };
        return Err(BackendError::not_found(noun, lease.publication));
    }
    Ok(())
}

/// Arms commits before they are sent; the rows say so before any request leaves.
#[tracing::instrument(name = "app.publications.arm", skip_all)]
pub(super) async fn arm(app: &App, armings: Vec<(Lease, Step)>) -> Result<Vec<Option<Armed>>, BackendError> {
    let now = app.deps.clock.now();
    let leases: Vec<Lease> = armings.iter().map(|(lease, _)| *lease).collect();
    let stored = change_in_hand(&app.desk, &*app.deps.storage, &leases, |place, publication| {
        let (lease, step) = &armings[place];
        publication.arm(lease.fence, step.clone(), now).ok()
    });
    let stored = stored.await?.into_iter();
    Ok(stored.map(|stored| Some(stored?.answer)).collect())
}

/// What workers need beside the publications.
struct Needs {
    posts: HashMap<PostId, Post>,
    channels: HashMap<ChannelId, Channel>,
    credentials: HashMap<ChannelId, CredentialRow>,
    traceparents: HashMap<PostId, String>,
}

impl Needs {
    async fn load(app: &App, leases: &[Lease]) -> Result<Self, BackendError> {
        let unit = app.deps.storage.glance().await?;
        let (mut places, unknown) = app.desk.places(leases);
        if !unknown.is_empty() {
            let rows = unit.publications_by_id(&unknown).await?;
            places.extend(rows.iter().map(|row| (row.post, row.channel)));
        }
        let (mut posts, mut channels): (Vec<PostId>, Vec<ChannelId>) = places.into_iter().unzip();
        posts.sort_unstable();
        posts.dedup();
        channels.sort_unstable();
        channels.dedup();
        let (traceparents, credentials, known, posts) = futures::try_join!(
            unit.traceparents(&posts),
            unit.credentials(&channels),
            unit.channels_by_id(&channels),
            unit.posts_by_id(&posts),
        )?;
        Ok(Self {
            traceparents: traceparents.into_iter().collect(),
            credentials: credentials.into_iter().map(|it| (it.channel, it)).collect(),
            channels: known.into_iter().map(|it| (it.id, it)).collect(),
            posts: posts.into_iter().map(|it| (it.id, it)).collect(),
        })
    }

    /// The order for one publication; none when something it needs is gone, so that its lease lapses.
    fn order(&self, deps: &Deps, lease: Lease, publication: Publication) -> Option<Claimed> {
        let channel = self.channels.get(&publication.channel)?.clone();
        let post = self.posts.get(&publication.post)?;
        let row = self.credentials.get(&publication.channel)?;
        let credential = open(deps, row)?;
        let work = match (&publication.armed, publication.state) {
            (Some(armed), State::Unconfirmed) => Work::Detect(armed.clone()),
            _ => Work::Publish,
        };
        Some(Claimed {
            lease,
            now: deps.clock.now(),
            lease_until: publication.lease_until?,
            work,
            entries: post.entries_for(channel.id).iter().map(claimed_entry).collect(),
            traceparent: self.traceparents.get(&post.id).cloned(),
            publication,
            channel,
            credential,
        })
    }
}

fn claimed_entry(entry: &Entry) -> ClaimedEntry {
    ClaimedEntry {
        content: entry.content.clone(),
        media: entry
            .media
            .iter()
            .map(|used| ClaimedMedia {
                media: used.media.clone(),
                alt: used.alt.clone(),
            })
            .collect(),
        delay: entry.delay,
    }
}

/// Opens a sealed credential; a broken seal is a defect or a lost key, told in the log.
pub(crate) fn open(deps: &Deps, row: &CredentialRow) -> Option<Credential> {
    match deps.vault.open(&purpose(row.channel), &row.sealed) {
        Ok(grant) => Some(Credential {
            grant,
            version: row.version,
            expires_at: row.expires_at,
        }),
        Err(error) => {
            tracing::error!(channel.id = %row.channel, error = %error, "credential cannot be opened");
            None
        }
    }
}

/// What a channel's credential is sealed for.
pub(crate) fn purpose(channel: ChannelId) -> String {
    format!("credential/{channel}")
}
