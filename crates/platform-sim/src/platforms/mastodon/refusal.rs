//! Refusals in Mastodon's form, and its rate headers.

use serde_json::json;

use crate::reply::Reply;
use crate::time::{Millis, iso_micros};
use crate::window::Budget;

/// `{error}` with a status.
pub(crate) fn error(status: u16, message: &str) -> Reply {
    Reply::json(status, &json!({ "error": message }))
}

/// A refusal of the OAuth endpoints.
pub(super) fn oauth(status: u16, code: &str, description: &str) -> Reply {
    Reply::json(
        status,
        &json!({ "error": code, "error_description": description }),
    )
}

/// A failed validation of a record.
pub(super) fn invalid(what: &str) -> Reply {
    error(422, &format!("Validation failed: {what}"))
}

/// The answer for everything that is absent or hidden.
pub(super) fn absent() -> Reply {
    error(404, "Record not found")
}

/// 429 with an exhausted window.
pub(crate) fn limited(limit: u64, reset: Millis) -> Reply {
    with_rates(
        error(429, "Too many requests"),
        Budget {
            limit,
            remaining: 0,
            reset,
            exhausted: true,
        },
    )
}

/// Adds the rate headers; the reset is an ISO 8601 instant.
pub(super) fn with_rates(reply: Reply, budget: Budget) -> Reply {
    reply
        .with("x-ratelimit-limit", budget.limit.to_string())
        .with("x-ratelimit-remaining", budget.remaining.to_string())
        .with("x-ratelimit-reset", iso_micros(budget.reset))
}
