//! `GET …/sse`: opens an event stream.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::extract::{OriginalUri, Path, Request, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures::{Stream as Events, StreamExt as _, stream};
use http::header::CACHE_CONTROL;
use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, StatusCode};
use postern_domain::Timestamp;
use rmcp::model::ServerJsonRpcMessage;
use rmcp::service::serve_server_with_ct;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::{CancellationToken, PollSender};

use crate::gateway::Gateway;
use crate::http::refusal::Refusal;
use crate::http::sse::streams::{Guard, NewStream, Stream};
use crate::http::{Edge, authenticate, guard, view};
use crate::sets::Set;

/// Messages of the client that wait to be read.
const INBOX: usize = 32;
/// Messages to the client that wait to be sent.
const OUTBOX: usize = 64;
const GET_ONLY: &str = "Method not allowed: this address opens an event stream with GET. \
    Clients of newer revisions leave `/sse` off the end of the URL.";

/// Opens a stream: first where to send messages to, then every message of ours.
pub(in crate::http) async fn open(
    State(edge): State<Arc<Edge>>,
    Path(key): Path<String>,
    OriginalUri(uri): OriginalUri,
    request: Request,
) -> Response {
    let mut response = if request.method() == Method::GET {
        let (parts, _) = request.into_parts();
        match start(&edge, &key, uri.path(), &parts).await {
            Ok(response) => response,
            Err(refusal) => refusal.into_response(),
        }
    } else {
        Refusal::method_not_allowed("GET", GET_ONLY).into_response()
    };
    guard::hide(response.headers_mut());
    response
}

async fn start(edge: &Arc<Edge>, key: &str, path: &str, parts: &Parts) -> Result<Response, Refusal> {
    let caller = authenticate::by_key(&edge.shared, key).await?;
    let mut view = view::of(parts)?;
    if is_of_first_generation(path) {
        view.sets = view.sets.with(Set::First);
    }
    let now = edge.shared.clock.now();
    let number = edge.streams.next_number();
    let seed = [number.to_be_bytes(), now.as_micros().to_be_bytes()].concat();
    let id = edge.shared.confirmations.unguessable(&seed);
    let (messages, inbox) = mpsc::channel(INBOX);
    let (outbox, answers) = mpsc::channel(OUTBOX);
    let end = edge.stop.child_token();
    let most = edge.shared.settings.limits.streams_per_key;
    let new = NewStream {
        owner: caller.fingerprint,
        view,
        messages,
        end: end.clone(),
        number,
        now,
    };
    let Some((stream, guard)) = edge.streams.add(id.clone(), new, most) else {
        let message = format!("This key has {most} event streams open, which is the most. Close some first.");
        return Err(Refusal::later(StatusCode::TOO_MANY_REQUESTS, &message, 30));
    };
    let gateway = Gateway::new(Arc::clone(&edge.shared));
    let served = end.clone();
    edge.tasks.spawn(async move {
        let transport = (PollSender::new(outbox), ReceiverStream::new(inbox));
        if let Ok(running) = serve_server_with_ct(gateway, transport, served.clone()).await {
            // The error of a task that was cut off says nothing that the end itself does not say.
            let _ = running.waiting().await;
        }
        served.cancel();
    });
    edge.tasks.spawn(watch(Arc::clone(edge), stream, key.to_owned()));
    let endpoint = format!(
        "{}?sessionId={id}",
        messages_path(&edge.shared.settings.public_url, path)
    );
    Ok(respond(
        endpoint,
        answers,
        end,
        guard,
        edge.shared.settings.limits.keep_alive,
    ))
}

/// Ends a stream whose key is revoked or whose client has been silent for too long.
async fn watch(edge: Arc<Edge>, stream: Stream, key: String) {
    let limits = edge.shared.settings.limits;
    loop {
        tokio::select! {
            () = stream.end.cancelled() => return,
            () = tokio::time::sleep(limits.key_recheck) => {}
        }
        let heard = Timestamp::from_micros(stream.heard.load(Ordering::Relaxed));
        let silent = edge.shared.clock.now().since(heard) >= limits.stream_idle;
        // A look-up that fails is no reason to cut anybody off; the next one follows soon.
        let revoked = matches!(edge.shared.recognise(&key).await, Ok(None));
        if silent || revoked {
            tracing::info!(
                key.fingerprint = stream.owner.as_str(),
                silent,
                revoked,
                "event stream ended"
            );
            stream.end.cancel();
            return;
        }
    }
}

fn respond(
    endpoint: String,
    answers: mpsc::Receiver<ServerJsonRpcMessage>,
    end: CancellationToken,
    guard: Guard,
    keep_alive: Duration,
) -> Response {
    let events = stream::once(async move { Event::default().event("endpoint").data(endpoint) })
        .chain(ReceiverStream::new(answers).map(|message| to_event(&message)))
        .take_until(end.cancelled_owned())
        .map(move |event| {
            let _alive = &guard;
            Ok::<_, Infallible>(event)
        });
    finish(events, keep_alive)
}

fn finish(
    events: impl Events<Item = Result<Event, Infallible>> + Send + 'static,
    keep_alive: Duration,
) -> Response {
    let mut response = Sse::new(events)
        .keep_alive(KeepAlive::new().interval(keep_alive))
        .into_response();
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache, no-transform"));
    headers.insert(
        HeaderName::from_static("x-accel-buffering"),
        HeaderValue::from_static("no"),
    );
    response
}

fn to_event(message: &ServerJsonRpcMessage) -> Event {
    // Messages are made of texts and numbers only, so this cannot fail; an empty event would be skipped by clients.
    let data = serde_json::to_string(message).unwrap_or_default();
    Event::default().event("message").data(data)
}

/// The address of the first generation, whose clients look for its three tools.
fn is_of_first_generation(path: &str) -> bool {
    path.trim_end_matches('/').ends_with("/sse")
}

/// Where messages go: beside the stream, below the path of the public address where a proxy takes that off.
fn messages_path(public: &url::Url, path: &str) -> String {
    let path = path.trim_end_matches('/');
    let beside = match path.strip_suffix("/sse") {
        Some(before) => format!("{before}/messages"),
        None => path.replacen("/sse/", "/message/", 1),
    };
    let base = public.path().trim_end_matches('/');
    if base.is_empty() || beside.starts_with(&format!("{base}/")) {
        beside
    } else {
        format!("{base}{beside}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_go_beside_the_stream() {
        for (public, path, wanted) in [
            ("http://h/", "/api/mcp/k/sse", "/api/mcp/k/messages"),
            ("http://h/", "/mcp/k/sse/", "/mcp/k/messages"),
            ("http://h/", "/sse/k", "/message/k"),
            ("http://h/post", "/mcp/k/sse", "/post/mcp/k/messages"),
            ("http://h/api", "/api/mcp/k/sse", "/api/mcp/k/messages"),
        ] {
            assert_eq!(
                messages_path(&url::Url::parse(public).unwrap(), path),
                wanted,
                "{public} {path}"
            );
        }
    }
}
