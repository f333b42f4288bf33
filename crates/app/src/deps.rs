//! What the use cases lean on.

use std::sync::Arc;
use std::time::Duration;

use postern_domain::Actor;
use postern_domain::event::Event;
use postern_domain::id::AnnouncementId;
use postern_domain::id::WorkspaceId;
use postern_domain::ports::{
    Announcement, Bus, Clock, Connector, Counters, MediaStore, Notifier, ProviderCatalog, Rng, Storage,
    StorePolicy, Vault,
};
use postern_domain::publication::Rules;
use postern_domain::time::Timestamp;
use postern_domain::workspace::Workspace;

use crate::publications::{Desk, Renewals};
use crate::recent::Recent;

/// The outside, as ports.
#[derive(Clone)]
pub struct Deps {
    /// The database.
    pub storage: Arc<dyn Storage>,
    /// Sealing and hashing.
    pub vault: Arc<dyn Vault>,
    /// Manifests and validation.
    pub catalog: Arc<dyn ProviderCatalog>,
    /// Connecting and renewing.
    pub connector: Arc<dyn Connector>,
    /// Files.
    pub media: Arc<dyn MediaStore>,
    /// Rates and one-time tokens.
    pub counters: Arc<dyn Counters>,
    /// Streams; read only, for watchers. Writing is the relay's.
    pub bus: Arc<dyn Bus>,
    /// Mail.
    pub notifier: Arc<dyn Notifier>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub rng: Arc<dyn Rng>,
    /// The W3C trace context of the caller, if there is one.
    pub current_trace: fn() -> Option<String>,
    /// Called after a unit of work with announcements was committed, so that the relay looks at once.
    pub wake_relay: Arc<dyn Fn() + Send + Sync>,
    /// Settings.
    pub settings: Settings,
}

/// Whether strangers may make accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registration {
    /// Only the first account, which owns the instance.
    FirstOnly,
    /// Anybody.
    Open,
}

/// What operators choose.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The public address, without a slash at its end.
    pub public_url: String,
    /// The version of Postern.
    pub version: String,
    /// Whether strangers may make accounts.
    pub registration: Registration,
    /// How long a lease holds.
    pub lease: Duration,
    /// The rules of retry.
    pub rules: Rules,
    /// How late a post may still go out in a workspace that was just founded.
    pub lateness: Duration,
    /// What files may be stored.
    pub media: StorePolicy,
    /// How long a session lasts without use.
    pub session_life: Duration,
    /// How long what is only looked at later is kept.
    pub retention: Retention,
}

/// How long what is only looked at later is kept. Posts and their history of tries are kept for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// What platforms said in attempts.
    pub evidence: Duration,
    /// The audit log.
    pub audit: Duration,
    /// Announcements that were laid aside.
    pub dead_letters: Duration,
}

impl Default for Retention {
    fn default() -> Self {
        let days = |days| Duration::from_hours(24) * days;
        Self {
            evidence: days(30),
            audit: days(365),
            dead_letters: days(30),
        }
    }
}

/// All use cases behind [`postern_domain::ports::Backend`].
#[derive(Clone)]
pub struct App {
    pub(crate) deps: Deps,
    pub(crate) desk: Arc<Desk>,
    pub(crate) renewals: Arc<Renewals>,
    pub(crate) known: Arc<Known>,
}

/// What nearly every call asks for.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// Who comes with a key, by the key's digest.
    pub(crate) callers: Recent<[u8; 32], KeyHolder>,
    /// Workspaces.
    pub(crate) workspaces: Recent<WorkspaceId, Workspace>,
}

/// Who comes with a key, and until when.
#[derive(Debug, Clone)]
pub(crate) struct KeyHolder {
    pub(crate) actor: Actor,
    pub(crate) expires_at: Option<Timestamp>,
}

impl App {
    /// Bundles the use cases over these ports.
    pub fn new(deps: Deps) -> Self {
        Self {
            deps,
            desk: Arc::default(),
            renewals: Arc::default(),
            known: Arc::default(),
        }
    }
}

impl Deps {
    /// Events as announcements of this moment, which are told in this order.
    pub(crate) fn announcements(&self, events: Vec<Event>) -> Vec<Announcement> {
        let (traceparent, at) = ((self.current_trace)(), self.clock.now());
        // Ids of one moment differ by chance, and the outbox is read in their order.
        let mut ids: Vec<u128> = events.iter().map(|_| self.rng.id()).collect();
        ids.sort_unstable();
        events
            .into_iter()
            .zip(ids)
            .map(|(event, id)| Announcement {
                id: AnnouncementId::from_bits(id),
                event,
                traceparent: traceparent.clone(),
                at,
            })
            .collect()
    }
}
