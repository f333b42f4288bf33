//! `POST …/messages?sessionId=…`: takes the client's messages; the answers come on its event stream.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{HeaderValue, Method, StatusCode};
use rmcp::model::ClientJsonRpcMessage;
use serde_json::Value;

use crate::caller::Origin;
use crate::http::refusal::{INVALID_REQUEST, Refusal};
use crate::http::sse::streams::Stream;
use crate::http::{Edge, authenticate, batch, envelope, guard};

/// How long a message may wait for room.
const PATIENCE: Duration = Duration::from_secs(5);

/// Takes one message, or an array of them.
pub(in crate::http) async fn message(
    State(edge): State<Arc<Edge>>,
    Path(key): Path<String>,
    request: Request,
) -> Response {
    let mut response = match take(&edge, &key, request).await {
        Ok(()) => accepted(),
        Err(refusal) => refusal.into_response(),
    };
    guard::hide(response.headers_mut());
    response
}

async fn take(edge: &Edge, key: &str, request: Request) -> Result<(), Refusal> {
    if request.method() != Method::POST {
        return Err(Refusal::method_not_allowed(
            "POST",
            "Method not allowed: send messages with POST.",
        ));
    }
    let caller = authenticate::by_key(&edge.shared, key).await?;
    let (mut parts, body) = request.into_parts();
    let query = parts.uri.query().unwrap_or_default();
    let named = url::form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name.eq_ignore_ascii_case("sessionId") || name == "session_id")
        .map(|(_, id)| id.into_owned());
    let found = match &named {
        Some(id) => edge.streams.find(id, &caller.fingerprint),
        None => edge.streams.newest(&caller.fingerprint),
    };
    let stream = found.ok_or_else(|| {
        let message =
            "Session not found: its event stream is closed, or belongs to another key. Connect again.";
        Refusal::new(StatusCode::NOT_FOUND, INVALID_REQUEST, message)
    })?;
    let body = envelope::read(&parts.headers, body, edge.shared.settings.limits.body_bytes).await?;
    let messages = match envelope::parse(&body)? {
        Value::Array(messages) if messages.is_empty() || messages.len() > batch::MOST => {
            return Err(Refusal::invalid(format!(
                "Invalid request: a batch has 1 to {} messages.",
                batch::MOST
            )));
        }
        Value::Array(messages) => messages,
        message => vec![message],
    };
    parts.extensions.insert(stream.view);
    parts.extensions.insert(caller);
    parts.extensions.insert(Origin(tracing::Span::current()));
    let mut ready = Vec::with_capacity(messages.len());
    for message in messages {
        envelope::check_message(&message)?;
        ready.push(read(message, &parts)?);
    }
    stream
        .heard
        .store(edge.shared.clock.now().as_micros(), Ordering::Relaxed);
    deliver(&stream, ready).await
}

fn read(message: Value, parts: &Parts) -> Result<ClientJsonRpcMessage, Refusal> {
    let id = message.get("id").cloned();
    let mut message: ClientJsonRpcMessage = serde_json::from_value(message).map_err(|_| {
        Refusal::invalid("Invalid request: not a message of this protocol.").answering(id.as_ref())
    })?;
    message.insert_extension(parts.clone());
    Ok(message)
}

async fn deliver(stream: &Stream, messages: Vec<ClientJsonRpcMessage>) -> Result<(), Refusal> {
    for message in messages {
        match tokio::time::timeout(PATIENCE, stream.messages.send(message)).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => {
                let gone = "Gone: the event stream has ended. Connect again.";
                return Err(Refusal::new(StatusCode::GONE, INVALID_REQUEST, gone));
            }
            Err(_) => {
                let full = "Too many messages wait on this stream. Try again in a few seconds.";
                return Err(Refusal::later(StatusCode::TOO_MANY_REQUESTS, full, 5));
            }
        }
    }
    Ok(())
}

fn accepted() -> Response {
    let mut response = Response::new(Body::from("Accepted"));
    *response.status_mut() = StatusCode::ACCEPTED;
    response.headers_mut().insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    response
}
