//! How many posts a workspace may create in an hour.

use std::time::Duration;

use axum::response::Response;
use http::{HeaderName, HeaderValue};
use postern_domain::ports::{RateDecision, RateLimit};
use postern_domain::{Actor, BackendError};
use postern_telemetry::ResultExt;

use crate::deps::Inner;

const WINDOW: Duration = Duration::from_hours(1);

/// What is left after this call.
pub(super) struct Budget {
    limit: u32,
    left: Option<RateDecision>,
}

/// Takes one call from the workspace's budget, whatever becomes of the call.
///
/// Errors: when nothing is left. Counters that are away refuse nobody.
pub(super) async fn take(shared: &Inner, actor: &Actor) -> Result<Budget, BackendError> {
    let limit = shared.settings.api_limit;
    let key = format!("rest/posts/{}", actor.workspace);
    let rate = RateLimit {
        count: limit,
        window: WINDOW,
    };
    let left = shared.counters.take(&key, rate).await;
    let left = left.warn_on_error("counting a call against the rate limit");
    match left {
        Some(decision) if !decision.allowed => Err(BackendError::RateLimited {
            retry_after: decision.reset_after,
        }),
        left => Ok(Budget { limit, left }),
    }
}

impl Budget {
    /// Tells the caller what is left.
    pub(super) fn tell(&self, mut response: Response) -> Response {
        let Some(left) = self.left else { return response };
        let headers = response.headers_mut();
        for (name, value) in [
            ("x-ratelimit-limit", u64::from(self.limit)),
            ("x-ratelimit-remaining", u64::from(left.remaining)),
            ("x-ratelimit-reset", left.reset_after.as_secs()),
        ] {
            headers.insert(HeaderName::from_static(name), HeaderValue::from(value));
        }
        response
    }
}
