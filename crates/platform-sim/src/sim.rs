//! A simulator: its options, its state, and what a test may ask of it.

use std::collections::VecDeque;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::State;
use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::Notify;

use crate::capture::CapturedRequest;
use crate::fault::{Fault, Faults, Operation, Taken};
use crate::journal::{self, JournalEntry};
use crate::persist::{self, StateError};
use crate::pipeline;
use crate::platforms::Platform;
use crate::settings::{self, SettingsError};
use crate::time::Millis;
use crate::world::World;

/// Captured requests kept; older ones are dropped first.
const MAX_REQUESTS: usize = 5_000;

/// Where the simulator gets its time from.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// How a simulator is set up.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Address under which clients reach it, without a trailing slash; taken from the Host header where absent.
    pub base_url: Option<String>,
    /// File that keeps accounts, apps, tokens and posts over a restart; media lie in `<file>.media/` beside it.
    pub state_file: Option<PathBuf>,
    /// Start of every random sequence; equal seeds give equal ids and tokens.
    pub seed: u64,
}

/// The simulated platforms; clones share one state.
#[derive(Clone)]
pub struct Sim {
    inner: Arc<Inner>,
}

struct Inner {
    options: Options,
    clock: Clock,
    core: Mutex<Core>,
    changed: Notify,
}

/// What the lock guards.
pub(crate) struct Core {
    pub world: World,
    pub faults: Faults,
    requests: VecDeque<CapturedRequest>,
    unexpected: VecDeque<String>,
}

impl fmt::Debug for Sim {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Sim")
            .field("options", &self.inner.options)
            .finish_non_exhaustive()
    }
}

impl Sim {
    /// A simulator on the wall clock; continues from the state file where there is one.
    ///
    /// A state file that cannot be read is set aside as `<file>.broken` and the simulator starts empty.
    #[expect(
        clippy::disallowed_methods,
        reason = "the simulator stands for the outside world, which has its own clock"
    )]
    pub fn new(options: Options) -> Self {
        Self::with_clock(options, Arc::new(Timestamp::now))
    }

    /// A simulator whose time is told by `clock`.
    pub fn with_clock(options: Options, clock: Clock) -> Self {
        let now = clock().as_millisecond();
        let loaded = options.state_file.as_deref().and_then(persist::load_or_set_aside);
        let mut world = loaded.unwrap_or_else(|| World::new(options.seed, now));
        if let Some(base) = &options.base_url {
            base.trim_end_matches('/').clone_into(&mut world.base);
        }
        let core = Core {
            world,
            faults: Faults::new(options.seed),
            requests: VecDeque::new(),
            unexpected: VecDeque::new(),
        };
        Self {
            inner: Arc::new(Inner {
                options,
                clock,
                core: Mutex::new(core),
                changed: Notify::new(),
            }),
        }
    }

    /// The whole surface as a router. Faults that drop a connection need [`crate::serve`];
    /// behind any other server they answer 502 with the header `x-sim-dropped`.
    pub fn router(&self) -> Router {
        Router::new()
            .fallback(
                |State(sim): State<Self>, request: axum::extract::Request| async move {
                    pipeline::answer(&sim, request).await
                },
            )
            .with_state(self.clone())
    }

    /// What exists on all platforms, oldest first.
    pub fn journal(&self) -> Vec<JournalEntry> {
        journal::journal(&self.core().world, None)
    }

    /// Plans a fault.
    pub fn add_fault(&self, fault: Fault) {
        self.core().faults.add(fault);
    }

    /// Requests below a platform's prefix that nothing answers, as `GET /x/2/nothing`.
    pub fn unexpected(&self) -> Vec<String> {
        self.core().unexpected.iter().cloned().collect()
    }

    /// Forgets posts, media, tokens, counters, faults and captured requests; keeps apps, accounts and settings.
    pub fn reset(&self) {
        let mut core = self.core();
        core.world.reset();
        core.faults.clear();
        core.requests.clear();
        core.unexpected.clear();
        drop(core);
        self.inner.changed.notify_one();
    }

    /// The last requests to the platforms, oldest first, without secrets; at most 5000 are kept.
    pub fn requests(&self) -> Vec<CapturedRequest> {
        self.core().requests.iter().cloned().collect()
    }

    /// Changes settings as `POST /_sim/settings` does.
    pub fn configure(&self, body: &Value) -> Result<(), SettingsError> {
        settings::apply(&mut self.core().world, body)?;
        self.inner.changed.notify_one();
        Ok(())
    }

    /// Writes the state file now; does nothing without one.
    pub fn save(&self) -> Result<(), StateError> {
        let Some(path) = self.inner.options.state_file.as_deref() else {
            return Ok(());
        };
        let snapshot = persist::snapshot(&self.core().world)?;
        persist::write(path, &snapshot)
    }

    pub(crate) fn core(&self) -> MutexGuard<'_, Core> {
        self.inner.core.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn now(&self) -> Millis {
        (self.inner.clock)().as_millisecond()
    }

    pub(crate) fn base_url(&self) -> Option<&str> {
        self.inner
            .options
            .base_url
            .as_deref()
            .map(|base| base.trim_end_matches('/'))
    }

    pub(crate) fn keeps_state(&self) -> bool {
        self.inner.options.state_file.is_some()
    }

    pub(crate) fn changed(&self) -> &Notify {
        &self.inner.changed
    }

    pub(crate) fn take_fault(&self, platform: Platform, operation: Operation) -> Option<Taken> {
        self.core().faults.take(platform, operation)
    }
}

impl Core {
    /// Remembers a request, dropping the oldest when there are too many.
    pub(crate) fn remember(&mut self, request: CapturedRequest) {
        if self.requests.len() == MAX_REQUESTS {
            self.requests.pop_front();
        }
        self.requests.push_back(request);
    }

    /// Remembers a request that nothing answers.
    pub(crate) fn surprise(&mut self, line: String) {
        if self.unexpected.len() == MAX_REQUESTS {
            self.unexpected.pop_front();
        }
        self.unexpected.push_back(line);
    }
}
