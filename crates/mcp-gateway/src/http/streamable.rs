//! Streamable HTTP, both eras on the same addresses: `initialize` and its successors, and self-contained requests.
//!
//! No session is ever given out. One that a client brings along from elsewhere is ignored, so that neither a restart nor
//! another replica interrupts it.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderValue, Method, StatusCode};
use http_body_util::{BodyExt as _, Full};
use rmcp::model::ProtocolVersion;
use serde_json::Value;
use tower::Service as _;

use crate::caller::{Caller, Origin, View};
use crate::http::batch::{self, Answers};
use crate::http::refusal::{INVALID_REQUEST, Refusal};
use crate::http::{Edge, authenticate, envelope, guard};

const ALLOW: &str = "POST";
const NO_STREAM: &str = "Method not allowed: this server has no stream of its own; send messages with POST.";

/// `/mcp`: the credential is in the `Authorization` header.
pub(super) async fn with_header(State(edge): State<Arc<Edge>>, request: Request) -> Response {
    match authenticate::by_header(&edge.shared, request.headers()).await {
        Ok(caller) => serve(&edge, caller, request).await,
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
        Ok(caller) => serve(&edge, caller, request).await,
        Err(refusal) => refusal.into_response(),
    };
    guard::hide(response.headers_mut());
    response
}

async fn serve(edge: &Edge, caller: Caller, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    match parts.method {
        Method::POST => {}
        Method::DELETE if ends_old_session(&parts) => {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NO_CONTENT;
            return response;
        }
        _ => return Refusal::method_not_allowed(ALLOW, NO_STREAM).into_response(),
    }
    parts.extensions.insert(View {
        readonly: wants_readonly(&parts),
    });
    parts.extensions.insert(caller);
    parts.extensions.insert(Origin(tracing::Span::current()));
    match post(edge, parts, body).await {
        Ok(response) => response,
        Err(refusal) => refusal.into_response(),
    }
}

/// A client of the older revisions says goodbye to a session that some server once gave it.
fn ends_old_session(parts: &Parts) -> bool {
    let version = parts
        .headers
        .get(envelope::VERSION)
        .and_then(|value| value.to_str().ok());
    let old = version.is_none_or(|version| version < ProtocolVersion::V_2026_07_28.as_str());
    old && parts.headers.contains_key("mcp-session-id")
}

fn wants_readonly(parts: &Parts) -> bool {
    let yes = |text: &str| {
        matches!(
            text.trim().to_ascii_lowercase().as_str(),
            "" | "1" | "true" | "yes"
        )
    };
    let header = parts
        .headers
        .get("x-mcp-readonly")
        .and_then(|value| value.to_str().ok());
    let query = parts.uri.query().unwrap_or_default();
    let in_query =
        url::form_urlencoded::parse(query.as_bytes()).any(|(key, value)| key == "readonly" && yes(&value));
    header.is_some_and(yes) || in_query
}

async fn post(edge: &Edge, mut parts: Parts, body: Body) -> Result<Response, Refusal> {
    let body = envelope::read(&parts.headers, body, edge.shared.settings.limits.body_bytes).await?;
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
        return Ok(send(edge, &parts, body, &message).await);
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
                let response = send(edge, &parts, body, &message).await;
                answers.add(response, message.get("id")).await;
            }
            Err(refusal) => answers.refuse(&refusal),
        }
    }
    Ok(answers.into_response())
}

/// Hands one message to the protocol library.
async fn send(edge: &Edge, parts: &Parts, body: Bytes, message: &Value) -> Response {
    let request = Request::from_parts(parts.clone(), Full::new(body));
    let response = match edge.protocol.clone().call(request).await {
        Ok(response) => response.map(Body::new),
        Err(never) => match never {},
    };
    as_json(response, message.get("id")).await
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
