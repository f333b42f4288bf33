//! Keeps the leases of work in flight alive, and tells the work when one is lost.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use postern_domain::publication::Lease;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::{Deps, metrics};

/// The leases in this worker's hand.
#[derive(Default)]
pub(crate) struct Keeper {
    held: Mutex<HashMap<Lease, Held>>,
}

/// One lease in hand.
struct Held {
    /// Stops its work.
    lost: CancellationToken,
    /// How long it holds from each time that it is kept.
    length: Duration,
    /// Until when it holds for certain, by the clock that nobody sets.
    until: Instant,
}

impl Keeper {
    /// Takes a lease into care that was `asked` for then and holds for `length`; the token is cancelled when it is
    /// lost.
    pub(crate) fn take(&self, lease: Lease, asked: Instant, length: Duration) -> CancellationToken {
        let lost = CancellationToken::new();
        let held = Held {
            lost: lost.clone(),
            length,
            until: asked + length,
        };
        self.lock().insert(lease, held);
        lost
    }

    /// Whether a lease certainly holds at this moment. A process that stood still finds out here, before anybody told
    /// it.
    pub(crate) fn holds(&self, lease: Lease) -> bool {
        let held = self.lock();
        held.get(&lease).is_some_and(|held| Instant::now() < held.until)
    }

    /// The work is done.
    pub(crate) fn release(&self, lease: Lease) {
        self.lock().remove(&lease);
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.lock().len()
    }

    /// Extends all leases once. A backend that is away loses nothing here: leases lapse by their own clock.
    async fn beat(&self, deps: &Deps) {
        let leases: Vec<Lease> = self.lock().keys().copied().collect();
        if leases.is_empty() {
            return;
        }
        let asked = Instant::now();
        match deps.backend.extend(leases.clone()).await {
            Ok(lost) => {
                for lease in &lost {
                    if let Some(held) = self.lock().remove(lease) {
                        metrics::lost();
                        tracing::warn!(publication.id = %lease.publication, "lease lost while at work");
                        held.lost.cancel();
                    }
                }
                let mut all = self.lock();
                for lease in leases {
                    if let Some(held) = all.get_mut(&lease) {
                        held.until = asked + held.length;
                    }
                }
            }
            Err(error) => tracing::warn!(error = %error, "leases not extended"),
        }
    }

    /// Extends leases at every heartbeat until `stop`.
    pub(crate) async fn run(&self, deps: &Deps, stop: &CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(deps.settings.heartbeat) => self.beat(deps).await,
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Lease, Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use postern_domain::id::PublicationId;

    use super::*;

    #[test]
    fn a_process_that_stood_still_knows_that_its_lease_is_over() {
        let keeper = Keeper::default();
        let lease = Lease {
            publication: PublicationId::from_bits(1),
            fence: 1,
        };
        assert!(!keeper.holds(lease));
        let (now, length) = (Instant::now(), Duration::from_hours(1));
        let lost = keeper.take(lease, now, length);
        assert!(keeper.holds(lease));
        keeper.take(lease, now.checked_sub(length).unwrap_or(now), length);
        assert!(!keeper.holds(lease) && !lost.is_cancelled());
        keeper.release(lease);
        assert!(!keeper.holds(lease));
    }
}
