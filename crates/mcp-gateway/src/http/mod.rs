//! HTTP: routes, guards, and the two transports.
//!
//! The order of a request: CORS and hosts ([`guard`]), credential ([`authenticate`]), the body as a message
//! ([`streamable`]), then the protocol library. What sessions remember stands in their
//! ids, see [`session`], so that a client survives restarts.

mod authenticate;
mod batch;
mod envelope;
mod guard;
mod origin;
mod refusal;
mod served;
mod session;
mod sse;
mod streamable;
mod view;

use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::any;
use http::StatusCode;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use self::origin::Allowed;
use self::refusal::{INVALID_REQUEST, Refusal};
use self::served::Served;
use self::sse::Streams;
use crate::gateway::{Gateway, Shared};

/// The routes with a key in them, and what they lead to.
const KEY_ROUTES: [(&str, Door); 5] = [
    ("/mcp/{key}", Door::Streamable),
    ("/mcp/{key}/sse", Door::Stream),
    ("/mcp/{key}/messages", Door::Message),
    ("/mcp/{key}/message", Door::Message),
    ("/sse/{key}", Door::Stream),
];

/// The metadata documents that clients look for at the root; they would make hosts demand OAuth of every address.
const ABSENT: [&str; 3] = [
    "/.well-known/oauth-protected-resource",
    "/.well-known/oauth-authorization-server",
    "/.well-known/openid-configuration",
];

/// What a route with a key in it leads to.
#[derive(Debug, Clone, Copy)]
enum Door {
    /// Streamable HTTP.
    Streamable,
    /// The event stream of HTTP+SSE.
    Stream,
    /// The messages of HTTP+SSE.
    Message,
}

/// What all routes share.
pub(crate) struct Edge {
    shared: Arc<Shared>,
    allowed: Allowed,
    main: Served<Gateway>,
    /// What the protocol's own test suite asks for.
    #[cfg(feature = "conformance")]
    fixtures: Served<crate::conformance::Fixtures>,
    streams: Streams,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Edge {
    fn new(shared: Arc<Shared>, stop: CancellationToken) -> Self {
        Self {
            allowed: Allowed::new(&shared.settings),
            main: Served::new(&shared, Gateway::new(Arc::clone(&shared)), &stop),
            #[cfg(feature = "conformance")]
            fixtures: Served::new(&shared, crate::conformance::Fixtures::new(shared.secret), &stop),
            streams: Streams::default(),
            tasks: TaskTracker::new(),
            stop,
            shared,
        }
    }
}

/// All routes of the gateway, each with and without a trailing slash, at the root and under `/api`.
pub(crate) fn router(shared: Arc<Shared>, stop: CancellationToken) -> Router {
    let edge = Arc::new(Edge::new(shared, stop));
    let mut router = Router::new();
    for prefix in ["", "/api"] {
        router = both(router, &format!("{prefix}/mcp"), any(streamable::with_header));
        for (path, door) in KEY_ROUTES.into_iter().chain([("/message/{key}", Door::Message)]) {
            let handler = match door {
                Door::Streamable => any(streamable::with_key),
                Door::Stream => any(sse::open),
                Door::Message => any(sse::message),
            };
            router = both(router, &format!("{prefix}{path}"), handler);
        }
    }
    for path in ABSENT {
        router = router
            .route(path, any(absent))
            .route(&format!("{path}/{{*rest}}"), any(absent));
    }
    #[cfg(feature = "conformance")]
    if Allowed::is_public_loopback(&edge.shared.settings) {
        router = both(router, "/mcp-conformance", any(streamable::with_fixtures));
    }
    router
        .route_layer(from_fn_with_state(Arc::clone(&edge), guard::guard))
        .with_state(edge)
}

/// Several hosts drop the body or the headers of a redirected POST, so a trailing slash is answered directly.
fn both(
    router: Router<Arc<Edge>>,
    path: &str,
    handler: axum::routing::MethodRouter<Arc<Edge>>,
) -> Router<Arc<Edge>> {
    router
        .route(path, handler.clone())
        .route(&format!("{path}/"), handler)
}

async fn absent() -> Response {
    Refusal::new(
        StatusCode::NOT_FOUND,
        INVALID_REQUEST,
        "Not found: this server needs no OAuth at this address.",
    )
    .into_response()
}
