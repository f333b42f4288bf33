//! One face of the protocol over streamable HTTP: with sessions for the older revisions, and without.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::Request;
use http::request::Parts;
use http_body_util::Full;
use rmcp::ServerHandler;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService};
use tokio_util::sync::CancellationToken;
use tower::Service as _;

use crate::gateway::Shared;
use crate::http::session::{Most, Sessions};

/// The two ways in which a handler is served.
pub(super) struct Served<H> {
    single: StreamableHttpService<H, NeverSessionManager>,
    /// None where clients of the older revisions get no sessions.
    pub(super) sessions: Option<Arc<Sessions<H>>>,
}

impl<H: ServerHandler + Clone> Served<H> {
    /// Serves `handler` as the settings say, until `stop`.
    pub(super) fn new(shared: &Shared, handler: H, stop: &CancellationToken) -> Self {
        let limits = shared.settings.limits;
        // Hosts and origins are checked by our own guard, for all routes alike.
        let config = StreamableHttpServerConfig::default()
            .with_legacy_session_mode(false)
            .with_json_response(true)
            .with_max_request_body_bytes(limits.body_bytes)
            .with_sse_keep_alive(Some(limits.keep_alive))
            .with_cancellation_token(stop.child_token())
            .disable_allowed_hosts()
            .disable_allowed_origins();
        let sessions = shared.settings.legacy_sessions.then(|| {
            let most = Most {
                each: limits.sessions_per_key,
                all: limits.sessions,
            };
            Arc::new(Sessions::new(
                handler.clone(),
                shared.secret,
                config.clone(),
                most,
            ))
        });
        Self {
            single: StreamableHttpService::new(move || Ok(handler.clone()), Arc::default(), config),
            sessions,
        }
    }

    /// Answers a message that belongs to no session.
    pub(super) async fn single(&self, parts: Parts, body: Bytes) -> Response {
        let request = Request::from_parts(parts, Full::new(body));
        let response: Result<_, Infallible> = self.single.clone().call(request).await;
        match response {
            Ok(response) => response.map(Body::new),
            Err(never) => match never {},
        }
    }
}
