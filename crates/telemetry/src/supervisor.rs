//! The one place that starts tasks.

use std::collections::BTreeMap;
use std::error::Error;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::FutureExt;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::log::chain;
use crate::metrics;

/// How long tasks may go on after the stop.
const GRACE: Duration = Duration::from_secs(20);

/// Any error of a task.
type Cause = Box<dyn Error + Send + Sync>;

/// Why a process stopped, other than by being asked to.
#[derive(Debug, thiserror::Error)]
pub enum TaskFailure {
    /// A task that should run until the stop ended before.
    #[error("task {task} ended although nobody asked it to")]
    Ended {
        /// Name of the task.
        task: &'static str,
    },
    /// A task gave an error.
    #[error("task {task} failed")]
    Failed {
        /// Name of the task.
        task: &'static str,
        /// Its error.
        #[source]
        source: Cause,
    },
    /// A task panicked.
    #[error("task {task} panicked")]
    Panicked {
        /// Name of the task.
        task: &'static str,
    },
    /// Tasks did not end within the grace period and were dropped.
    #[error("tasks were dropped at the end of the grace period: {tasks}")]
    Stuck {
        /// Their names, comma-separated.
        tasks: String,
    },
}

/// Starts named tasks, stops all when one ends early, and waits for them at the end.
///
/// Clones share the same tasks.
#[derive(Clone)]
pub struct Supervisor {
    inner: Arc<Inner>,
    grace: Duration,
}

impl Default for Supervisor {
    fn default() -> Self {
        Self {
            inner: Arc::default(),
            grace: GRACE,
        }
    }
}

impl Supervisor {
    /// A supervisor without tasks.
    pub fn new() -> Self {
        Self::default()
    }

    /// The token that is cancelled when everything has to stop.
    pub fn token(&self) -> CancellationToken {
        self.inner.stop.clone()
    }

    /// Asks every task to stop.
    pub fn stop(&self) {
        self.inner.stop.cancel();
    }

    /// Stops everything at SIGTERM or SIGINT; a second signal drops what is still running.
    ///
    /// Errors: when the system refuses the handlers.
    pub fn stop_on_signals(&self) -> std::io::Result<()> {
        let mut signals = Signals::new()?;
        let (stop, drop_all) = (self.inner.stop.clone(), self.inner.drop_all.clone());
        let watch = async move {
            signals.next().await;
            tracing::info!("stopping at a signal");
            stop.cancel();
            signals.next().await;
            tracing::warn!("dropping all work at a second signal");
            drop_all.cancel();
        };
        // Not tracked: it waits for a second signal that need not come.
        #[expect(clippy::disallowed_methods, reason = "this is the supervisor")]
        drop(tokio::spawn(watch));
        Ok(())
    }

    /// Starts a task that runs until the stop; its early end, error or panic stops all others.
    pub fn spawn<F, E>(&self, name: &'static str, task: F)
    where
        F: Future<Output = Result<(), E>> + Send + 'static,
        E: Into<Cause>,
    {
        let inner = Arc::clone(&self.inner);
        self.start(name, async move {
            match AssertUnwindSafe(task).catch_unwind().await {
                Ok(Ok(())) if inner.stop.is_cancelled() => {}
                Ok(Ok(())) => inner.fail(TaskFailure::Ended { task: name }),
                Ok(Err(error)) => inner.fail(TaskFailure::Failed {
                    task: name,
                    source: error.into(),
                }),
                Err(_) => inner.fail(TaskFailure::Panicked { task: name }),
            }
        });
    }

    /// Starts work that ends by itself; a panic in it is logged and goes no further.
    ///
    /// The caller bounds how many run at once.
    pub fn spawn_job<F>(&self, name: &'static str, job: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.start(name, async move {
            if AssertUnwindSafe(job).catch_unwind().await.is_err() {
                tracing::error!(task = name, "job panicked");
            }
        });
    }

    /// Waits for the stop, then for all tasks, at most twenty seconds; what still runs then is dropped.
    ///
    /// Errors: the first failure of a task. Each failure is logged when it happens.
    pub async fn wait(&self) -> Result<(), TaskFailure> {
        let mut upkeep = tokio::time::interval(metrics::UPKEEP_EVERY);
        loop {
            tokio::select! {
                () = self.inner.stop.cancelled() => break,
                _ = upkeep.tick() => metrics::upkeep(),
            }
        }
        self.inner.tasks.close();
        if tokio::time::timeout(self.grace, self.inner.tasks.wait())
            .await
            .is_err()
        {
            self.inner.fail(TaskFailure::Stuck {
                tasks: self.inner.running(),
            });
            self.inner.drop_all.cancel();
        }
        self.inner.state().failure.take().map_or(Ok(()), Err)
    }

    fn start(&self, name: &'static str, future: impl Future<Output = ()> + Send + 'static) {
        let inner = Arc::clone(&self.inner);
        *inner.state().running.entry(name).or_default() += 1;
        self.inner.tasks.spawn(async move {
            // Dropped work has nothing to report, its lease or row outlives it.
            let _ = inner.drop_all.run_until_cancelled(future).await;
            inner.leave(name);
        });
    }
}

#[derive(Default)]
struct Inner {
    stop: CancellationToken,
    /// Drops what did not end in time.
    drop_all: CancellationToken,
    tasks: TaskTracker,
    state: Mutex<State>,
}

/// What is known about the tasks.
#[derive(Default)]
struct State {
    running: BTreeMap<&'static str, usize>,
    failure: Option<TaskFailure>,
}

impl Inner {
    fn state(&self) -> MutexGuard<'_, State> {
        // No code between lock and unlock can leave the state half-written.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fail(&self, failure: TaskFailure) {
        tracing::error!(error = %chain(&failure), "stopping because of a task");
        self.state().failure.get_or_insert(failure);
        self.stop.cancel();
    }

    fn leave(&self, name: &'static str) {
        if let Some(count) = self.state().running.get_mut(name) {
            *count -= 1;
        }
    }

    fn running(&self) -> String {
        let state = self.state();
        let names: Vec<_> = state
            .running
            .iter()
            .filter(|(_, count)| **count > 0)
            .map(|(name, _)| *name)
            .collect();
        names.join(", ")
    }
}

/// The signals that ask a process to end.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::io;

    use super::*;

    /// Starts a task that waits for the stop and one that does `task`, and gives what became of it.
    async fn check(
        task: impl Future<Output = io::Result<()>> + Send + 'static,
        want: impl Fn(&Result<(), TaskFailure>) -> bool,
    ) {
        let supervisor = Supervisor::new();
        let token = supervisor.token();
        supervisor.spawn("patient", async move {
            token.cancelled().await;
            Ok::<_, Infallible>(())
        });
        supervisor.spawn("short", task);
        let got = supervisor.wait().await;
        assert!(want(&got), "{got:?}");
    }

    #[tokio::test]
    async fn a_task_that_ends_early_stops_all_and_is_named() {
        check(async { Ok(()) }, |got| {
            matches!(got, Err(TaskFailure::Ended { task: "short" }))
        })
        .await;
        check(async { Err(io::Error::other("full")) }, |got| {
            matches!(got, Err(TaskFailure::Failed { task: "short", .. }))
        })
        .await;
        check(async { panic!("on purpose") }, |got| {
            matches!(got, Err(TaskFailure::Panicked { task: "short" }))
        })
        .await;
    }

    #[tokio::test]
    async fn a_job_may_end_and_even_panic() {
        let supervisor = Supervisor::new();
        supervisor.spawn_job("fine", async {});
        supervisor.spawn_job("broken", async { panic!("on purpose") });
        let last = supervisor.clone();
        supervisor.spawn_job("last", async move { last.stop() });
        assert!(supervisor.wait().await.is_ok());
    }

    #[tokio::test]
    async fn what_does_not_end_is_dropped_and_named() {
        let supervisor = Supervisor {
            grace: Duration::ZERO,
            ..Supervisor::new()
        };
        supervisor.spawn("deaf", std::future::pending::<Result<(), Infallible>>());
        supervisor.stop();
        let got = supervisor.wait().await;
        assert!(
            matches!(&got, Err(TaskFailure::Stuck { tasks }) if tasks == "deaf"),
            "{got:?}"
        );
    }
}
