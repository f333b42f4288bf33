//! Keeps the leases of work in flight alive, and tells the work when one is lost.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use postern_domain::publication::Lease;
use tokio_util::sync::CancellationToken;

use crate::{Deps, metrics};

/// The leases in this worker's hand, each with the token that stops its work.
#[derive(Default)]
pub(crate) struct Keeper {
    held: Mutex<HashMap<Lease, CancellationToken>>,
}

impl Keeper {
    /// Takes a lease into care; the token is cancelled when it is lost.
    pub(crate) fn take(&self, lease: Lease) -> CancellationToken {
        let token = CancellationToken::new();
        self.lock().insert(lease, token.clone());
        token
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
        match deps.backend.extend(leases).await {
            Ok(lost) => {
                for lease in lost {
                    if let Some(token) = self.lock().remove(&lease) {
                        metrics::lost();
                        tracing::warn!(publication.id = %lease.publication, "lease lost while at work");
                        token.cancel();
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

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Lease, CancellationToken>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
