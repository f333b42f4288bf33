//! Refusals in X's two forms, and its rate headers.

use serde_json::{Value, json};

use crate::reply::Reply;
use crate::time::Millis;
use crate::window::Budget;

const PROBLEMS: &str = "https://api.x.com/2/problems";

/// A problem without a type of its own.
pub(crate) fn problem(status: u16, title: &str, detail: &str) -> Reply {
    typed(
        status,
        &json!({ "title": title, "detail": detail, "type": "about:blank", "status": status }),
    )
}

/// The legacy form with a number.
pub(super) fn legacy(status: u16, code: u32, message: &str) -> Reply {
    Reply::json(
        status,
        &json!({ "errors": [{ "code": code, "message": message }] }),
    )
}

/// A body or parameter that the schema refuses.
pub(super) fn invalid(message: &str) -> Reply {
    typed(
        400,
        &json!({
            "errors": [{ "parameters": {}, "message": message }],
            "title": "Invalid Request",
            "detail": "One or more parameters to your request was invalid.",
            "type": format!("{PROBLEMS}/invalid-request"),
        }),
    )
}

/// A thing that is not there.
pub(super) fn absent(kind: &str, parameter: &str, value: &str) -> Reply {
    typed(404, &missing(kind, parameter, value))
}

/// The same as an entry of a partial answer.
pub(super) fn missing(kind: &str, parameter: &str, value: &str) -> Value {
    json!({
        "value": value, "detail": format!("Could not find {kind} with {parameter}: [{value}]."), "title": "Not Found Error",
        "resource_type": kind, "parameter": parameter, "resource_id": value, "type": format!("{PROBLEMS}/resource-not-found"), "status": 404,
    })
}

/// Something this account may not do.
pub(super) fn forbidden(detail: &str) -> Reply {
    problem(403, "Forbidden", detail)
}

/// 429 with an exhausted window.
pub(crate) fn limited(limit: u64, reset: Millis) -> Reply {
    let body = json!({ "title": "Too Many Requests", "detail": "Too Many Requests", "type": "about:blank", "status": 429 });
    with_rates(
        typed(429, &body),
        Budget {
            limit,
            remaining: 0,
            reset,
            exhausted: true,
        },
    )
}

/// Adds the rate headers; the reset is in epoch seconds, rounded up.
pub(super) fn with_rates(reply: Reply, budget: Budget) -> Reply {
    reply
        .with("x-rate-limit-limit", budget.limit.to_string())
        .with("x-rate-limit-remaining", budget.remaining.to_string())
        .with("x-rate-limit-reset", ((budget.reset + 999) / 1_000).to_string())
}

fn typed(status: u16, body: &Value) -> Reply {
    Reply::raw(status, "application/problem+json", body.to_string())
}
