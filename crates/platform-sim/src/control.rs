//! The control interface under `/_sim`.

use std::str::FromStr;

use http::Method;
use serde_json::{Value, json};

use crate::call::Call;
use crate::fault::Fault;
use crate::journal;
use crate::pages;
use crate::platforms::Platform;
use crate::reply::Reply;
use crate::settings;
use crate::sim::Sim;

/// Answers a request below `/_sim`.
pub(crate) fn handle(sim: &Sim, call: &Call) -> Reply {
    let segments = call.segments();
    match (&call.method, segments.as_slice()) {
        (&Method::GET, ["health"]) => Reply::json(200, &json!({ "status": "ok" })),
        (&Method::GET, ["journal"]) => journal_of(sim, call),
        (&Method::GET, ["faults"]) => Reply::json(200, &sim.core().faults.left()),
        (&Method::POST, ["faults"]) => plan(sim, call),
        (&Method::DELETE, ["faults"]) => {
            sim.core().faults.clear();
            Reply::empty(204)
        }
        (&Method::GET, ["requests"]) => listing(sim, call),
        (&Method::GET, ["unexpected"]) => Reply::json(200, &json!(sim.unexpected())),
        (&Method::GET, ["settings"]) => Reply::json(200, &settings::current(&sim.core().world)),
        (&Method::POST, ["settings"]) => configure(sim, call),
        (&Method::DELETE, []) => {
            sim.reset();
            Reply::empty(204)
        }
        (&Method::GET, ["style.css"]) => pages::style(),
        (&Method::GET, ["media", key]) => pages::medium(&sim.core().world, key),
        (&Method::GET, ["avatars", file]) => pages::avatar(file),
        _ => problems(404, &[format!("nothing answers {} {}", call.method, call.path)]),
    }
}

fn journal_of(sim: &Sim, call: &Call) -> Reply {
    match wanted(call) {
        Ok(platform) => Reply::json(200, &json!(journal::journal(&sim.core().world, platform))),
        Err(refusal) => refusal,
    }
}

fn listing(sim: &Sim, call: &Call) -> Reply {
    match wanted(call) {
        Ok(platform) => {
            let mut requests = sim.requests();
            requests.retain(|request| platform.is_none_or(|wanted| wanted.as_str() == request.platform));
            Reply::json(200, &json!(requests))
        }
        Err(refusal) => refusal,
    }
}

fn wanted(call: &Call) -> Result<Option<Platform>, Reply> {
    call.query("platform")
        .map(|name| Platform::from_str(&name).map_err(|error| problems(422, &[error.to_string()])))
        .transpose()
}

fn plan(sim: &Sim, call: &Call) -> Reply {
    let Some(body) = json_body(call) else {
        return no_json();
    };
    match Fault::from_json(&body) {
        Ok(fault) => {
            sim.add_fault(fault);
            Reply::json(201, &sim.core().faults.left())
        }
        Err(found) => problems(422, &found),
    }
}

fn configure(sim: &Sim, call: &Call) -> Reply {
    let Some(body) = json_body(call) else {
        return no_json();
    };
    match sim.configure(&body) {
        Ok(()) => Reply::json(200, &settings::current(&sim.core().world)),
        Err(error) => problems(422, &error.problems),
    }
}

/// The body as JSON whatever its content type says, so that a bare `curl -d` works.
fn json_body(call: &Call) -> Option<Value> {
    serde_json::from_slice(&call.body).ok()
}

fn no_json() -> Reply {
    problems(400, &["body is not JSON".to_owned()])
}

fn problems(status: u16, found: &[String]) -> Reply {
    Reply::json(status, &json!({ "error": found.join("; "), "problems": found }))
}
