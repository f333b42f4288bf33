//! The way of one request: read, strike by faults, handle, remember, answer.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use http::Response;

use crate::call::Call;
use crate::capture::capture;
use crate::control;
use crate::fault::{FaultKind, Operation, Taken};
use crate::pages;
use crate::platforms::{self, Platform};
use crate::reply::Reply;
use crate::sim::Sim;
use crate::time::{MINUTE, Millis, http_date};

/// Largest body read: a little more than the largest video of any platform.
const MAX_BODY: usize = 560 * 1024 * 1024;

/// Longest wait that a fault may ask for.
const MAX_DELAY: Duration = Duration::from_mins(10);

/// Marks a response that must not be sent because the connection is to drop.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dropped;

enum Answer {
    Send(Reply),
    Drop,
}

/// Answers any request to the listener.
pub(crate) async fn answer(sim: &Sim, request: Request) -> Response<Body> {
    let call = match read(sim, request).await {
        Ok(call) => call,
        Err(refusal) => return refusal.into_response(),
    };
    if sim.base_url().is_none() && call.path.starts_with('/') {
        sim.core().world.base.clone_from(&call.base);
    }
    let first = call
        .path
        .trim_start_matches('/')
        .split('/')
        .next()
        .unwrap_or_default();
    if let Some(platform) = Platform::ALL
        .into_iter()
        .find(|platform| platform.as_str() == first)
    {
        return on_platform(sim, platform, call).await;
    }
    let reply = if first == "_sim" {
        control::handle(sim, &call)
    } else {
        pages::root(&sim.core().world, &call)
    };
    reply.into_response()
}

async fn read(sim: &Sim, request: Request) -> Result<Call, Reply> {
    let (head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_BODY).await else {
        return Err(Reply::raw(413, "text/plain", "body too large or broken off"));
    };
    let host = head.headers.get("host").and_then(|host| host.to_str().ok());
    let host = host
        .or_else(|| head.uri.authority().map(http::uri::Authority::as_str))
        .unwrap_or("localhost");
    let sent_to = format!("http://{host}");
    Ok(Call {
        method: head.method,
        path: head.uri.path().to_owned(),
        raw_query: head.uri.query().unwrap_or_default().to_owned(),
        headers: head.headers,
        body,
        base: sim.base_url().map_or_else(|| sent_to.clone(), str::to_owned),
        sent_to,
        now: sim.now(),
    })
}

async fn on_platform(sim: &Sim, platform: Platform, mut call: Call) -> Response<Body> {
    let operation = platforms::operation(platform, &call);
    let fault = operation.and_then(|operation| sim.take_fault(platform, operation));
    if let Some(Taken {
        kind: FaultKind::Delay,
        delay_ms,
        ..
    }) = fault
    {
        wait(delay_ms).await;
        call.now = sim.now();
    }
    let answer = match fault.and_then(|fault| instead(platform, fault, call.now)) {
        Some(answer) => answer,
        None => handle(sim, platform, &call, fault),
    };
    let answer = match (answer, fault) {
        (Answer::Send(reply), Some(fault)) => afterwards(sim, platform, reply, fault).await,
        (answer, _) => answer,
    };
    if operation.is_some() {
        let status = match &answer {
            Answer::Send(reply) => Some(reply.status),
            Answer::Drop => None,
        };
        sim.core().remember(capture(&call, platform, status));
    }
    sim.changed().notify_one();
    send(answer, call.now)
}

/// Faults that take the place of handling.
fn instead(platform: Platform, fault: Taken, now: Millis) -> Option<Answer> {
    match fault.kind {
        FaultKind::Reset => Some(Answer::Drop),
        FaultKind::ServerError => Some(Answer::Send(platforms::unavailable(platform))),
        FaultKind::RateLimit => {
            let rest = if fault.delay_ms == 0 {
                MINUTE
            } else {
                Millis::try_from(fault.delay_ms).unwrap_or(MINUTE)
            };
            Some(Answer::Send(platforms::limited(platform, now, now + rest)))
        }
        FaultKind::Delay
        | FaultKind::HoldAnswer
        | FaultKind::StoredServerError
        | FaultKind::LostAnswer
        | FaultKind::ExpireToken
        | FaultKind::NoId => None,
    }
}

fn handle(sim: &Sim, platform: Platform, call: &Call, fault: Option<Taken>) -> Answer {
    let core = &mut *sim.core();
    if fault.is_some_and(|fault| fault.kind == FaultKind::ExpireToken) {
        platforms::expire_token(platform, call, &mut core.world);
    }
    let reply = platforms::handle(platform, call, &mut core.world).unwrap_or_else(|| {
        core.surprise(format!("{} {}", call.method, call.path));
        platforms::not_found(platform)
    });
    Answer::Send(reply)
}

/// Faults that strike after something was stored; a refusal gives them back.
async fn afterwards(sim: &Sim, platform: Platform, reply: Reply, fault: Taken) -> Answer {
    let strikes_success = matches!(
        fault.kind,
        FaultKind::HoldAnswer | FaultKind::StoredServerError | FaultKind::LostAnswer | FaultKind::NoId
    );
    if strikes_success && !reply.is_success() {
        sim.core().faults.give_back(fault.number);
        return Answer::Send(reply);
    }
    match fault.kind {
        FaultKind::HoldAnswer => {
            wait(fault.delay_ms).await;
            Answer::Send(reply)
        }
        FaultKind::StoredServerError => Answer::Send(platforms::unavailable(platform)),
        FaultKind::LostAnswer => Answer::Drop,
        FaultKind::NoId => Answer::Send(without_id(reply)),
        FaultKind::Delay
        | FaultKind::ServerError
        | FaultKind::Reset
        | FaultKind::RateLimit
        | FaultKind::ExpireToken => Answer::Send(reply),
    }
}

fn without_id(mut reply: Reply) -> Reply {
    reply.headers.retain(|(name, _)| name != "x-restli-id");
    if let Some(mut body) = reply.json_body() {
        if let Some(fields) = body.as_object_mut() {
            for name in [
                "id",
                "uri",
                "cid",
                "url",
                "data",
                "blob",
                "value",
                "jobStatus",
                "commentUrn",
            ] {
                fields.shift_remove(name);
            }
        }
        reply.body = body.to_string().into();
    }
    reply
}

/// Platforms tell the time with every answer, by the clock that dates their posts.
fn send(answer: Answer, now: Millis) -> Response<Body> {
    match answer {
        Answer::Send(reply) => reply.with("date", http_date(now)).into_response(),
        Answer::Drop => {
            let mut response = Reply::empty(502).with("x-sim-dropped", "1").into_response();
            response.extensions_mut().insert(Dropped);
            response
        }
    }
}

async fn wait(delay_ms: u64) {
    tokio::time::sleep(Duration::from_millis(delay_ms).min(MAX_DELAY)).await;
}

/// Requests without a class of their own, aimed at by [`Operation::Any`] alone.
pub(crate) const PLAIN: Option<Operation> = Some(Operation::Any);
