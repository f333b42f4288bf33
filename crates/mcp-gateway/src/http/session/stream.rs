//! The stream on which a session's client hears what no request of its own asked for.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use futures::StreamExt as _;
use http::request::Parts;
use rmcp::ServerHandler;
use rmcp::model::{ClientJsonRpcMessage, ClientNotification, CustomNotification};
use rmcp::transport::streamable_http_server::session::SessionManager as _;
use tokio_util::sync::CancellationToken;

use super::{Session, Sessions};
use crate::caller::Caller;
use crate::http::Edge;

/// How often the worker behind an open stream is told that it is not idle.
const ALIVE: Duration = Duration::from_mins(1);

/// Opens the stream; it ends when its client goes away, or its key is revoked.
pub(in crate::http) async fn stream<H: ServerHandler + Clone>(
    edge: &Arc<Edge>,
    sessions: &Arc<Sessions<H>>,
    parts: Parts,
    (session, caller): (&Session, &Caller),
) -> Response {
    let response = sessions.go_on(parts, Bytes::new(), session, caller).await;
    if !response.status().is_success() {
        return response;
    }
    let end = edge.stop.child_token();
    let watched = Watched {
        sessions: Arc::clone(sessions),
        session: session.0.inner.clone(),
        caller: caller.clone(),
        end: end.clone(),
    };
    edge.tasks.spawn(watched.watch(Arc::clone(edge)));
    let guard = end.clone().drop_guard();
    response.map(|body| {
        let chunks = body.into_data_stream().take_until(end.cancelled_owned());
        Body::from_stream(chunks.map(move |chunk| {
            let _alive = &guard;
            chunk
        }))
    })
}

/// A stream that is open.
struct Watched<H> {
    sessions: Arc<Sessions<H>>,
    session: String,
    caller: Caller,
    end: CancellationToken,
}

impl<H: ServerHandler + Clone> Watched<H> {
    /// Keeps the worker busy, and ends the stream of a key that is revoked.
    async fn watch(self, edge: Arc<Edge>) {
        let mut recheck = tokio::time::interval(edge.shared.settings.limits.key_recheck);
        let mut alive = tokio::time::interval(ALIVE);
        loop {
            tokio::select! {
                () = self.end.cancelled() => return,
                _ = recheck.tick() => {
                    if edge.shared.is_revoked(&self.caller).await {
                        tracing::info!(key.fingerprint = self.caller.fingerprint.as_str(), "session stream ended");
                        self.end.cancel();
                    }
                }
                _ = alive.tick() => self.keep_alive().await,
            }
        }
    }

    async fn keep_alive(&self) {
        let notification = CustomNotification::new("notifications/postern/alive", None);
        let message =
            ClientJsonRpcMessage::notification(ClientNotification::CustomNotification(notification));
        // A worker that is gone has closed the stream, which ends this watch.
        let _ = self
            .sessions
            .manager
            .accept_message(&self.session.as_str().into(), message)
            .await;
    }
}
