//! Refusals in the form of XRPC, and the rate headers of the reference server.

use serde_json::json;

use crate::reply::Reply;
use crate::time::Millis;
use crate::window::Budget;

/// `{error, message}` with a status.
pub(crate) fn error(status: u16, name: &str, message: &str) -> Reply {
    Reply::json(status, &json!({ "error": name, "message": message }))
}

/// A request that does not fit its lexicon.
pub(super) fn invalid(message: &str) -> Reply {
    error(400, "InvalidRequest", message)
}

/// 429 with an exhausted window of `span_secs`.
pub(crate) fn limited(limit: u64, span_secs: u64, reset: Millis) -> Reply {
    let budget = Budget {
        limit,
        remaining: 0,
        reset,
        exhausted: true,
    };
    with_rates(
        error(429, "RateLimitExceeded", "Rate Limit Exceeded"),
        budget,
        span_secs,
    )
}

/// Adds the rate headers; the reset is in epoch seconds, rounded up.
pub(super) fn with_rates(reply: Reply, budget: Budget, span_secs: u64) -> Reply {
    reply
        .with("ratelimit-limit", budget.limit.to_string())
        .with("ratelimit-remaining", budget.remaining.to_string())
        .with("ratelimit-reset", ((budget.reset + 999) / 1_000).to_string())
        .with("ratelimit-policy", format!("{};w={span_secs}", budget.limit))
}
