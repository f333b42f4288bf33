//! Streamable HTTP, both eras on the same addresses: `initialize` and its successors, and self-contained requests.
//!
//! Clients of the older revisions that read event streams get a session, see [`session`]; a request without one is
//! answered all the same.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderValue, Method, StatusCode};
use http_body_util::BodyExt as _;
use rmcp::ServerHandler;
use rmcp::model::ProtocolVersion;
use serde_json::Value;

use crate::caller::{Caller, Origin};
use crate::http::batch::{self, Answers};
use crate::http::refusal::{INVALID_REQUEST, Refusal};
use crate::http::served::Served;
use crate::http::session::{self, SESSION};
use crate::http::{Edge, authenticate, envelope, guard, view};

const ALLOW: &str = "POST";
const NO_STREAM: &str = "Method not allowed: this server has no stream of its own; send messages with POST.";

/// `/mcp`: the credential is in the `Authorization` header.
pub(super) async fn with_header(State(edge): State<Arc<Edge>>, request: Request) -> Response {
    match authenticate::by_header(&edge.shared, request.headers()).await {
        Ok(caller) => serve(&edge, &edge.main, caller, request).await,
        Err(refusal) => refusal.into_response(),
    }
}

/// `/mcp/{key}`: the credential is in the path.
pub(super) async fn with_key(
    State(edge): State<Arc<Edge>>,
    Path(key): Path<String>,
    request: Request,
) -> Response {
    let mut response = match authenticate::by_key(&edge.shared, &key).await {
        Ok(caller) => serve(&edge, &edge.main, caller, request).await,
        Err(refusal) => refusal.into_response(),
    };
    guard::hide(response.headers_mut());
    response
}

/// `/mcp-conformance`: anybody, for the protocol's own test suite, which sends no credential.
#[cfg(feature = "conformance")]
pub(super) async fn with_fixtures(State(edge): State<Arc<Edge>>, request: Request) -> Response {
    serve(&edge, &edge.fixtures, crate::conformance::caller(), request).await
}

async fn serve<H: ServerHandler + Clone>(
    edge: &Arc<Edge>,
    served: &Served<H>,
    caller: Caller,
    request: Request,
) -> Response {
    let (mut parts, body) = request.into_parts();
    match view::of(&parts) {
        Ok(view) => parts.extensions.insert(view),
        Err(refusal) => return refusal.into_response(),
    };
    parts.extensions.insert(caller.clone());
    parts.extensions.insert(Origin(tracing::Span::current()));
    let answer = match parts.method {
        Method::POST => post(edge, served, parts, body).await,
        Method::GET | Method::DELETE if names_session(&parts) => {
            of_session(edge, served, parts, &caller).await
        }
        _ => Err(Refusal::method_not_allowed(ALLOW, NO_STREAM)),
    };
    answer.unwrap_or_else(Refusal::into_response)
}

/// A stream of a session, or its end.
async fn of_session<H: ServerHandler + Clone>(
    edge: &Arc<Edge>,
    served: &Served<H>,
    mut parts: Parts,
    caller: &Caller,
) -> Result<Response, Refusal> {
    let Some(sessions) = &served.sessions else {
        if parts.method == Method::GET {
            return Err(Refusal::method_not_allowed(ALLOW, NO_STREAM));
        }
        // Some other server gave the session out; its client says goodbye.
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NO_CONTENT;
        return Ok(response);
    };
    let session = sessions.find(&parts, caller, edge.shared.clock.now())?;
    if parts.method == Method::DELETE {
        return Ok(sessions.end(&session).await);
    }
    parts
        .headers
        .insert(ACCEPT, HeaderValue::from_static("text/event-stream"));
    let response = session::stream(edge, sessions, parts, (&session, caller)).await;
    Ok(as_json(response, None).await)
}

/// Whether a request is of a revision with sessions and names one.
fn names_session(parts: &Parts) -> bool {
    is_old(parts) && parts.headers.contains_key(SESSION)
}

fn is_old(parts: &Parts) -> bool {
    let version = parts
        .headers
        .get(envelope::VERSION)
        .and_then(|value| value.to_str().ok());
    version.is_none_or(|version| version < ProtocolVersion::V_2026_07_28.as_str())
}

/// Whether a client can read the streams on which sessions answer.
fn reads_streams(parts: &Parts) -> bool {
    let mut accepted = parts
        .headers
        .get_all(ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok());
    accepted.any(|value| value.contains("text/event-stream"))
}

async fn post<H: ServerHandler + Clone>(
    edge: &Edge,
    served: &Served<H>,
    mut parts: Parts,
    body: Body,
) -> Result<Response, Refusal> {
    let body = envelope::read(&parts.headers, body, edge.shared.settings.limits.body_bytes).await?;
    let may_begin = reads_streams(&parts);
    // Hosts exist that ask for less than both; every answer is one of the two.
    parts.headers.insert(
        ACCEPT,
        HeaderValue::from_static("application/json, text/event-stream"),
    );
    parts
        .headers
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let message = envelope::parse(&body)?;
    let Value::Array(messages) = message else {
        envelope::check_message(&message)?;
        envelope::check_headers(&parts.headers, &message)?;
        return send(edge, served, (&parts, may_begin), body, &message).await;
    };
    envelope::check_batch_version(&parts.headers)?;
    if messages.is_empty() || messages.len() > batch::MOST {
        let message = format!("Invalid request: a batch has 1 to {} messages.", batch::MOST);
        return Err(Refusal::invalid(message));
    }
    let mut answers = Answers::default();
    for message in messages {
        match envelope::check_message(&message)
            .and_then(|()| envelope::check_headers(&parts.headers, &message))
        {
            Ok(()) => {
                let body = Bytes::from(message.to_string());
                match send(edge, served, (&parts, may_begin), body, &message).await {
                    Ok(response) => answers.add(response, message.get("id")).await,
                    Err(refusal) => answers.refuse(&refusal),
                }
            }
            Err(refusal) => answers.refuse(&refusal),
        }
    }
    Ok(answers.into_response())
}

/// Hands one message to the protocol library: to a session's worker, or, where it names none, to one of its own.
async fn send<H: ServerHandler + Clone>(
    edge: &Edge,
    served: &Served<H>,
    (parts, may_begin): (&Parts, bool),
    body: Bytes,
    message: &Value,
) -> Result<Response, Refusal> {
    let (id, now) = (message.get("id"), edge.shared.clock.now());
    let caller = parts.extensions.get::<Caller>();
    let is_old = is_old(parts) && !envelope::names_revision(message);
    let (begins, goes_on) = (
        message["method"] == "initialize",
        parts.headers.contains_key(SESSION),
    );
    let mut parts = parts.clone();
    let response = match (&served.sessions, caller) {
        (Some(sessions), Some(caller)) if is_old && begins && may_begin => {
            parts.headers.remove(SESSION);
            sessions.begin(parts, body, message, (caller, now)).await
        }
        (Some(sessions), Some(caller)) if is_old && goes_on && !begins => {
            let session = sessions
                .find(&parts, caller, now)
                .map_err(|refusal| refusal.answering(id))?;
            sessions.go_on(parts, body, &session, caller).await
        }
        _ => served.single(parts, body).await,
    };
    Ok(as_json(response, id).await)
}

/// Refusals of the library that are plain text become JSON-RPC errors.
async fn as_json(response: Response, id: Option<&Value>) -> Response {
    let status = response.status();
    let json = response
        .headers()
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    if json || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let text = match response.into_body().collect().await {
        Ok(body) => String::from_utf8_lossy(&body.to_bytes()).into_owned(),
        Err(_) => String::new(),
    };
    // A message with a known method and parameters of another form is not JSON-RPC's fault but the caller's.
    let status = if status == StatusCode::UNSUPPORTED_MEDIA_TYPE {
        StatusCode::BAD_REQUEST
    } else {
        status
    };
    let text: String = text
        .chars()
        .filter(|letter| !letter.is_control())
        .take(300)
        .collect();
    Refusal::new(status, INVALID_REQUEST, text)
        .answering(id)
        .into_response()
}
