//! What workers have in hand, as this process stored it last, so that a claim, an arming and a report need no read.
//!
//! A copy is worth no more than its revision: storing it changes the row only where nobody stored it in between. Where
//! somebody did, the row is read again, under a lock, and decides.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use postern_domain::BackendError;
use postern_domain::id::{ChannelId, PostId, PublicationId};
use postern_domain::ports::{Storage, Unit};
use postern_domain::post::PostState;
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

    /// Posts and channels of the leases that have a copy here, and the publications that have none.
    pub(super) fn places(&self, leases: &[Lease]) -> (Vec<(PostId, ChannelId)>, Vec<PublicationId>) {
        let copies = self.lock();
        let (mut known, mut unknown) = (Vec::with_capacity(leases.len()), Vec::new());
        for lease in leases {
            match copies.get(&lease.publication) {
                Some(copy) => known.push((copy.post, copy.channel)),
                None => unknown.push(lease.publication),
            }
        }
        (known, unknown)
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

/// What became of transitions.
pub(super) struct Changed<T> {
    /// For each lease what was stored, or none where the transition was refused.
    pub(super) stored: Vec<Option<Stored<T>>>,
    /// The states as a whole of the posts whose publications were stored.
    pub(super) sums: Vec<(PostId, PostState)>,
}

/// Makes a transition on the publication of each lease and stores all in few statements.
///
/// `transition` gets the place of the lease and may be called twice for it. A lease that is named twice counts once, and
/// of two leases of one publication the newer.
/// After the commit, what was stored goes to [`Desk::keep`].
pub(super) async fn change<T>(
    desk: &Desk,
    unit: &dyn Unit,
    leases: &[Lease],
    mut transition: impl FnMut(usize, &mut Publication) -> Option<T>,
) -> Result<Changed<T>, BackendError> {
    let mut round = Round::new(leases);
    let mut sums = Vec::new();
    let mut unread = round.make_from(desk, &mut transition);
    // Copies that turn out to be old are read with those that were not there: at most two rounds of statements.
    let saved = unit.save_unchanged(&round.made()).await?;
    unread.extend(round.settle(&saved.stored));
    sums.extend(saved.sums);
    if !unread.is_empty() {
        round.make_from_rows(unit, &unread, &mut transition).await?;
        let saved = unit.save_unchanged(&round.made()).await?;
        round.settle(&saved.stored);
        sums.extend(saved.sums);
    }
    Ok(Changed {
        stored: round.stored,
        sums,
    })
}

/// The same for what happens in a worker's hand, which leaves posts under way; for each lease what was stored, or none
/// where the transition was refused.
///
/// All that is answered is committed, mostly by one statement, and kept on the desk.
pub(super) async fn change_in_hand<T>(
    desk: &Desk,
    storage: &dyn Storage,
    leases: &[Lease],
    mut transition: impl FnMut(usize, &mut Publication) -> Option<T>,
) -> Result<Vec<Option<Stored<T>>>, BackendError> {
    let mut round = Round::new(leases);
    let mut unread = round.make_from(desk, &mut transition);
    let made = round.made();
    if !made.is_empty() {
        let stored = storage.save_in_hand(&made).await?;
        unread.extend(round.settle(&stored));
    }
    if !unread.is_empty() {
        let unit = storage.begin().await?;
        round.make_from_rows(&*unit, &unread, &mut transition).await?;
        let stored = unit.save_in_hand(&round.made()).await?;
        unit.commit().await?;
        round.settle(&stored);
    }
    let stored = round.stored.iter().flatten();
    desk.keep(stored.map(|stored| stored.publication.clone()));
    Ok(round.stored)
}

/// Where each publication's newest lease stands for the first time, in order: an old message that comes again beside a
/// new one must not stand in for it.
fn newest(leases: &[Lease]) -> Vec<usize> {
    let mut newest: HashMap<PublicationId, usize> = HashMap::with_capacity(leases.len());
    for (place, lease) in leases.iter().enumerate() {
        let known = newest.entry(lease.publication).or_insert(place);
        if leases[*known].fence < lease.fence {
            *known = place;
        }
    }
    let mut places: Vec<usize> = newest.into_values().collect();
    places.sort_unstable();
    places
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

    /// Makes the transition on the copies on the desk, for each publication once; answers the places whose rows have
    /// to be read: they have no copy here, or one that refuses and may be old.
    fn make_from(
        &mut self,
        desk: &Desk,
        transition: &mut impl FnMut(usize, &mut Publication) -> Option<T>,
    ) -> Vec<usize> {
        let mut unread = Vec::new();
        for place in newest(self.leases) {
            let copy = desk.take(self.leases[place]);
            if !copy.is_some_and(|copy| self.make(place, copy, transition)) {
                unread.push(place);
            }
        }
        unread
    }

    /// Makes the transition on the rows of some places.
    async fn make_from_rows(
        &mut self,
        unit: &dyn Unit,
        places: &[usize],
        transition: &mut impl FnMut(usize, &mut Publication) -> Option<T>,
    ) -> Result<(), BackendError> {
        for (place, row) in read(unit, self.leases, places).await? {
            self.make(place, row, transition);
        }
        Ok(())
    }

    /// Makes the transition; answers whether it was allowed.
    fn make(
        &mut self,
        place: usize,
        mut publication: Publication,
        transition: &mut impl FnMut(usize, &mut Publication) -> Option<T>,
    ) -> bool {
        let answer = transition(place, &mut publication);
        let is_allowed = answer.is_some();
        self.made
            .extend(answer.map(|answer| (place, Stored { answer, publication })));
        is_allowed
    }

    /// What is to be stored now.
    fn made(&self) -> Vec<Publication> {
        let made = self.made.iter();
        made.map(|(_, made)| made.publication.clone()).collect()
    }

    /// Takes in what was stored of it; answers the places of copies that were old.
    fn settle(&mut self, stored: &HashSet<PublicationId>) -> Vec<usize> {
        let mut old = Vec::new();
        for (place, mut made) in std::mem::take(&mut self.made) {
            if stored.contains(&made.publication.id) {
                made.publication.revision += 1;
                self.stored[place] = Some(made);
            } else {
                old.push(place);
            }
        }
        old
    }
}
