//! What workers have in hand, as this process stored it last, so that a claim, an arming and a report need no read.
//!
//! A copy is worth no more than its revision: storing it changes the row only where nobody stored it in between. Where
//! somebody did, the row is read again, under a lock, and decides.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use postern_domain::BackendError;
use postern_domain::id::PublicationId;
use postern_domain::ports::{Sums, Unit};
use postern_domain::publication::{Lease, Publication};

/// Most copies that are kept; beyond it, rows are read.
const ROOM: usize = 4096;

/// Copies of publications that a worker has or is about to take.
#[derive(Debug, Default)]
pub(crate) struct Desk {
    copies: Mutex<HashMap<PublicationId, Publication>>,
}

impl Desk {
    /// Takes the copy of a lease away, if there is one and its fencing number is the lease's.
    fn take(&self, lease: Lease) -> Option<Publication> {
        let mut copies = self.lock();
        let copy = copies.remove(&lease.publication)?;
        (copy.fence == lease.fence).then_some(copy)
    }

    /// Keeps what was stored and committed, as far as it is still in somebody's hand.
    pub(super) fn keep(&self, stored: impl IntoIterator<Item = Publication>) {
        let mut copies = self.lock();
        for publication in stored {
            if publication.lease_until.is_some() && copies.len() < ROOM {
                copies.insert(publication.id, publication);
            } else {
                copies.remove(&publication.id);
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<PublicationId, Publication>> {
        self.copies.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One transition of one lease's publication that was stored: what the transition answered, and the publication after
/// it.
pub(super) struct Stored<T> {
    pub(super) answer: T,
    pub(super) publication: Publication,
}

/// Makes a transition on the publication of each lease and stores all in few statements; for each lease what was
/// stored, or none where the transition was refused.
///
/// `transition` gets the place of the lease and may be called twice for it. A lease that is named twice counts once.
/// After the commit, what was stored goes to [`Desk::keep`].
pub(super) async fn change<T>(
    desk: &Desk,
    unit: &dyn Unit,
    leases: &[Lease],
    sums: Sums,
    mut transition: impl FnMut(usize, &mut Publication) -> Option<T>,
) -> Result<Vec<Option<Stored<T>>>, BackendError> {
    let mut round = Round::new(leases);
    let mut unread = Vec::new();
    for place in round.open() {
        match desk.take(leases[place]) {
            Some(copy) => round.make(place, copy, &mut transition),
            None => unread.push(place),
        }
    }
    // Copies that turn out to be old are read with those that were not there: at most two rounds of statements.
    let old = round.store(unit, sums).await?;
    unread.extend(old);
    if !unread.is_empty() {
        for (place, row) in read(unit, leases, &unread).await? {
            round.make(place, row, &mut transition);
        }
        round.store(unit, sums).await?;
    }
    Ok(round.stored)
}

/// The rows of some leases, locked; those that are gone are left out.
async fn read(
    unit: &dyn Unit,
    leases: &[Lease],
    places: &[usize],
) -> Result<Vec<(usize, Publication)>, BackendError> {
    let ids: Vec<PublicationId> = places.iter().map(|place| leases[*place].publication).collect();
    let mut rows: HashMap<PublicationId, Publication> = unit
        .publications_by_id(&ids)
        .await?
        .into_iter()
        .map(|row| (row.id, row))
        .collect();
    Ok(places
        .iter()
        .filter_map(|place| Some((*place, rows.remove(&leases[*place].publication)?)))
        .collect())
}

/// Leases while their transitions are made and stored.
struct Round<'a, T> {
    leases: &'a [Lease],
    made: Vec<(usize, Stored<T>)>,
    stored: Vec<Option<Stored<T>>>,
}

impl<'a, T> Round<'a, T> {
    fn new(leases: &'a [Lease]) -> Self {
        Self {
            leases,
            made: Vec::with_capacity(leases.len()),
            stored: leases.iter().map(|_| None).collect(),
        }
    }

    /// The places of all leases, of those that name the same publication the first.
    fn open(&self) -> Vec<usize> {
        let mut seen = HashSet::new();
        let places = self.leases.iter().enumerate();
        places
            .filter(|(_, lease)| seen.insert(lease.publication))
            .map(|(place, _)| place)
            .collect()
    }

    fn make(
        &mut self,
        place: usize,
        mut publication: Publication,
        transition: &mut impl FnMut(usize, &mut Publication) -> Option<T>,
    ) {
        if let Some(answer) = transition(place, &mut publication) {
            self.made.push((place, Stored { answer, publication }));
        }
    }

    /// Stores what was made; answers the places of copies that were old.
    async fn store(&mut self, unit: &dyn Unit, sums: Sums) -> Result<Vec<usize>, BackendError> {
        let made = std::mem::take(&mut self.made);
        if made.is_empty() {
            return Ok(Vec::new());
        }
        let publications: Vec<Publication> = made.iter().map(|(_, made)| made.publication.clone()).collect();
        let stored = unit.save_unchanged(&publications, sums).await?;
        let mut old = Vec::new();
        for (place, mut made) in made {
            if stored.contains(&made.publication.id) {
                made.publication.revision += 1;
                self.stored[place] = Some(made);
            } else {
                old.push(place);
            }
        }
        Ok(old)
    }
}
