//! What the routes and the relay lean on.

use std::sync::Arc;

use postern_app::App;
use postern_domain::ports::{Bus, Clock, Counters, MediaStore, Storage};
use postern_domain::secret::Secret;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// The use cases, and the ports that the edge itself needs.
#[derive(Clone)]
pub struct Deps {
    /// The use cases.
    pub app: Arc<App>,
    /// The database, for the relay alone.
    pub storage: Arc<dyn Storage>,
    /// The bus, written to by the relay alone.
    pub bus: Arc<dyn Bus>,
    /// Stored files, for serving them.
    pub media: Arc<dyn MediaStore>,
    /// The rate of new posts.
    pub counters: Arc<dyn Counters>,
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Settings.
    pub settings: Settings,
    /// Rung when announcements were committed, so that the relay looks at once.
    pub relay_wake: Arc<Notify>,
}

/// What operators choose.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The public address, for example `https://postern.example`.
    pub public_url: String,
    /// Calls of `POST /posts` per workspace and hour.
    pub api_limit: u32,
    /// By which services of one installation know each other.
    pub service_token: Secret,
}

/// What every handler gets.
pub(crate) struct Inner {
    /// The use cases and ports.
    pub(crate) deps: Deps,
    /// Cancelled when the process is to end.
    pub(crate) stop: CancellationToken,
}

impl std::ops::Deref for Inner {
    type Target = Deps;

    fn deref(&self) -> &Deps {
        &self.deps
    }
}

/// The state of all routes.
pub(crate) type Shared = Arc<Inner>;
