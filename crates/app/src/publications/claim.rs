//! A worker takes work, keeps it, and says what it is about to do.

use std::collections::HashMap;

use postern_domain::BackendError;
use postern_domain::channel::{Channel, Credential};
use postern_domain::id::{ChannelId, PostId, PublicationId};
use postern_domain::ports::{Claimed, ClaimedEntry, ClaimedMedia, CredentialRow, Unit, Work};
use postern_domain::post::{Entry, Post};
use postern_domain::publication::{Armed, Lease, Publication, State, Step};

use crate::deps::Deps;

/// Takes leased publications for this worker; those that somebody else has are left out.
#[tracing::instrument(name = "app.publications.claim", skip_all, fields(claimed))]
pub(super) async fn claim(deps: &Deps, worker: &str, leases: &[Lease]) -> Result<Vec<Claimed>, BackendError> {
    let unit = deps.storage.begin().await?;
    let now = deps.clock.now();
    let until = now.plus(deps.settings.lease);
    let mut publications = by_lease(&*unit, leases).await?;
    publications
        .retain_mut(|(lease, publication)| publication.claim(lease.fence, worker, until, now).is_ok());
    let (leases, publications): (Vec<Lease>, Vec<Publication>) = publications.into_iter().unzip();
    unit.save_publications(&publications).await?;
    let mut needs = Needs::load(&*unit, &publications).await?;
    let claimed: Vec<Claimed> = leases
        .into_iter()
        .zip(publications)
        .filter_map(|(lease, publication)| needs.order(deps, lease, publication))
        .collect();
    unit.commit().await?;
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
pub(super) async fn save_step(deps: &Deps, lease: Lease, step: Step) -> Result<(), BackendError> {
    let unit = deps.storage.begin().await?;
    let now = deps.clock.now();
    let Some((_, mut publication)) = by_lease(&*unit, &[lease]).await?.into_iter().next() else {
        return Err(BackendError::not_found("publication", lease.publication));
    };
    if publication.save_step(lease.fence, step, now).is_err() {
        return Err(BackendError::not_found("lease", lease.publication));
    }
    unit.save_publications(&[publication]).await?;
    unit.commit().await?;
    Ok(())
}

/// Arms commits before they are sent; the rows say so before any request leaves.
#[tracing::instrument(name = "app.publications.arm", skip_all)]
pub(super) async fn arm(deps: &Deps, leases: Vec<(Lease, Step)>) -> Result<Vec<Option<Armed>>, BackendError> {
    let unit = deps.storage.begin().await?;
    let now = deps.clock.now();
    let ids: Vec<Lease> = leases.iter().map(|(lease, _)| *lease).collect();
    let mut publications: HashMap<PublicationId, Publication> = by_lease(&*unit, &ids)
        .await?
        .into_iter()
        .map(|(_, publication)| (publication.id, publication))
        .collect();
    let mut armed = Vec::with_capacity(leases.len());
    let mut changed = Vec::new();
    for (lease, step) in leases {
        let one = publications
            .get_mut(&lease.publication)
            .and_then(|publication| publication.arm(lease.fence, step, now).ok());
        if one.is_some() {
            changed.extend(publications.get(&lease.publication).cloned());
        }
        armed.push(one);
    }
    unit.save_publications(&changed).await?;
    unit.commit().await?;
    Ok(armed)
}

/// The publications of leases, locked; those that are gone are left out.
pub(super) async fn by_lease(
    unit: &dyn Unit,
    leases: &[Lease],
) -> Result<Vec<(Lease, Publication)>, BackendError> {
    let ids: Vec<PublicationId> = leases.iter().map(|lease| lease.publication).collect();
    let mut found: HashMap<PublicationId, Publication> = unit
        .publications_by_id(&ids)
        .await?
        .into_iter()
        .map(|it| (it.id, it))
        .collect();
    Ok(leases
        .iter()
        .filter_map(|lease| Some((*lease, found.remove(&lease.publication)?)))
        .collect())
}

/// What workers need beside the publications.
struct Needs {
    posts: HashMap<PostId, Post>,
    channels: HashMap<ChannelId, Channel>,
    credentials: HashMap<ChannelId, CredentialRow>,
    traceparents: HashMap<PostId, String>,
}

impl Needs {
    async fn load(unit: &dyn Unit, publications: &[Publication]) -> Result<Self, BackendError> {
        let mut posts: Vec<PostId> = publications.iter().map(|it| it.post).collect();
        posts.sort_unstable();
        posts.dedup();
        let mut channels: Vec<ChannelId> = publications.iter().map(|it| it.channel).collect();
        channels.sort_unstable();
        channels.dedup();
        Ok(Self {
            traceparents: unit.traceparents(&posts).await?.into_iter().collect(),
            credentials: unit
                .credentials(&channels)
                .await?
                .into_iter()
                .map(|it| (it.channel, it))
                .collect(),
            channels: unit
                .channels_by_id(&channels)
                .await?
                .into_iter()
                .map(|it| (it.id, it))
                .collect(),
            posts: unit
                .posts_by_id(&posts)
                .await?
                .into_iter()
                .map(|it| (it.id, it))
                .collect(),
        })
    }

    /// The order for one publication; none when something it needs is gone, so that its lease lapses.
    fn order(&mut self, deps: &Deps, lease: Lease, publication: Publication) -> Option<Claimed> {
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
