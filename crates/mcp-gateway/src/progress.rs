//! How far a long call has come, for clients that asked to be told.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use rmcp::RoleServer;
use rmcp::model::{ProgressNotificationParam, ProgressToken};
use rmcp::service::{Peer, RequestContext};

/// Least time between two notifications.
const PACE: Duration = Duration::from_millis(200);

/// Tells a client how far its call has come.
pub(crate) struct Progress(Option<Listener>);

struct Listener {
    token: ProgressToken,
    peer: Peer<RoleServer>,
    told: Mutex<Option<(Instant, u32)>>,
}

impl Progress {
    /// Nobody listens unless the request brings a token.
    pub(crate) fn of(context: &RequestContext<RoleServer>) -> Self {
        let token = context.meta.get_progress_token();
        Self(token.map(|token| Listener {
            token,
            peer: context.peer.clone(),
            told: Mutex::new(None),
        }))
    }

    /// `done` of `total` is done. Told at most five times a second, and only when it is more than before.
    pub(crate) async fn tell(&self, done: u32, total: u32, message: &str) {
        let Some(listener) = &self.0 else { return };
        if !listener.is_time(done) {
            return;
        }
        let progress = ProgressNotificationParam::new(listener.token.clone(), f64::from(done))
            .with_total(f64::from(total))
            .with_message(message.to_owned());
        // A client that is gone needs no progress; its call is ended elsewhere.
        let _ = listener.peer.notify_progress(progress).await;
    }
}

impl Listener {
    fn is_time(&self, done: u32) -> bool {
        let mut told = self
            .told
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let now = Instant::now();
        let fits = told.is_none_or(|(at, before)| done > before && now.duration_since(at) >= PACE);
        if fits {
            *told = Some((now, done));
        }
        fits
    }
}
