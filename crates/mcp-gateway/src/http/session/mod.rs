//! Sessions of the revisions that begin with `initialize`.
//!
//! A session is a memory of what its client can do, held by a worker of this process while it is in use. All that is
//! needed to begin the worker anew stands sealed in the session's id, so that any process with the same secret goes on
//! where another one stopped: nothing is stored, and neither a restart nor another replica interrupts a client. A
//! session is no right: each request brings its own credential, and an id is only good together with the principal to
//! whom it was given.

mod live;
mod seal;
mod stream;

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderName, HeaderValue, Request, StatusCode};
use http_body_util::Full;
use postern_domain::Timestamp;
use rmcp::ServerHandler;
use rmcp::model::InitializeRequestParams;
use rmcp::transport::streamable_http_server::session::SessionManager as _;
use rmcp::transport::streamable_http_server::session::local::LocalSessionManager;
use rmcp::transport::streamable_http_server::session::store::{
    SessionState, SessionStore, SessionStoreError,
};
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService};
use serde_json::Value;
use tower::Service as _;

use self::live::Live;
pub(super) use self::live::Most;
use self::seal::{Opened, Seal};
pub(super) use self::stream::stream;
use crate::caller::Caller;
use crate::http::refusal::{INVALID_REQUEST, Refusal};

/// The header that names a session.
pub(super) const SESSION: HeaderName = HeaderName::from_static("mcp-session-id");
/// How long the worker of an idle session is kept.
const IDLE: Duration = Duration::from_mins(2);

tokio::task_local! {
    /// What the client of the request under way said when its session began, for a worker that begins anew.
    static BEGINNING: InitializeRequestParams;
}

/// The sessions that this process works on.
pub(super) struct Sessions<H> {
    service: StreamableHttpService<H, LocalSessionManager>,
    manager: Arc<LocalSessionManager>,
    seal: Seal,
    live: Live,
}

/// What the protocol library asks for a session that this process does not know.
struct FromId;

#[async_trait]
impl SessionStore for FromId {
    async fn load(&self, _id: &str) -> Result<Option<SessionState>, SessionStoreError> {
        Ok(BEGINNING
            .try_with(|params| SessionState::new(params.clone()))
            .ok())
    }

    async fn store(&self, _id: &str, _state: &SessionState) -> Result<(), SessionStoreError> {
        Ok(())
    }

    async fn delete(&self, _id: &str) -> Result<(), SessionStoreError> {
        Ok(())
    }
}

impl<H: ServerHandler + Clone> Sessions<H> {
    /// No session yet.
    pub(super) fn new(handler: H, secret: [u8; 32], config: StreamableHttpServerConfig, most: Most) -> Self {
        let mut manager = LocalSessionManager::default();
        manager.session_config.keep_alive = Some(IDLE);
        let manager = Arc::new(manager);
        let mut config = config.with_legacy_session_mode(true);
        config.session_store = Some(Arc::new(FromId));
        Self {
            service: StreamableHttpService::new(move || Ok(handler.clone()), Arc::clone(&manager), config),
            manager,
            seal: Seal::new(secret),
            live: Live::new(most),
        }
    }

    /// Begins a session with the message `initialize`.
    pub(super) async fn begin(
        &self,
        parts: Parts,
        body: Bytes,
        message: &Value,
        (caller, now): (&Caller, Timestamp),
    ) -> Response {
        let params = message.get("params").cloned().unwrap_or_default();
        let params = serde_json::from_value::<InitializeRequestParams>(params).ok();
        let mut response = self.call(parts, body).await;
        let inner = response
            .headers()
            .get(SESSION)
            .and_then(|id| id.to_str().ok())
            .map(str::to_owned);
        let (Some(inner), Some(params)) = (inner, params) else {
            return response;
        };
        let id = self.seal.close(&inner, &params, &caller.principal(), now);
        if let Ok(id) = HeaderValue::try_from(id) {
            response.headers_mut().insert(SESSION, id);
        }
        self.keep(&inner, caller).await;
        response
    }

    /// Hands a request of a session to its worker, which begins anew where this process has none.
    pub(super) async fn go_on(
        &self,
        mut parts: Parts,
        body: Bytes,
        session: &Session,
        caller: &Caller,
    ) -> Response {
        parts.headers.insert(SESSION, session.header());
        self.keep(&session.0.inner, caller).await;
        let params = session.0.params.clone();
        BEGINNING.scope(params, self.call(parts, body)).await
    }

    /// Ends a session.
    pub(super) async fn end(&self, session: &Session) -> Response {
        self.live.end(&session.0.inner);
        // A worker that is gone already needs no end.
        let _ = self.manager.close_session(&session.0.inner.as_str().into()).await;
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NO_CONTENT;
        response
    }

    /// The session that a request names.
    ///
    /// Errors: 404 for one that is unknown, has ended, or was given to somebody else.
    pub(super) fn find(&self, parts: &Parts, caller: &Caller, now: Timestamp) -> Result<Session, Refusal> {
        let id = parts
            .headers
            .get(SESSION)
            .and_then(|id| id.to_str().ok())
            .unwrap_or_default();
        let opened = self.seal.open(id, &caller.principal(), now);
        let opened = opened.filter(|opened| !self.live.has_ended(&opened.inner));
        opened.map(Session).ok_or_else(|| {
            let message = "Session not found: it has ended, or was begun with another key. Send initialize to begin anew.";
            Refusal::new(StatusCode::NOT_FOUND, INVALID_REQUEST, message)
        })
    }

    /// Notes that a session is in use; the oldest of too many lose their workers, and get new ones when they are used
    /// again.
    async fn keep(&self, inner: &str, caller: &Caller) {
        for old in self.live.touch(inner, &caller.principal()) {
            let _ = self.manager.close_session(&old.as_str().into()).await;
        }
    }

    async fn call(&self, parts: Parts, body: Bytes) -> Response {
        let request = Request::from_parts(parts, Full::new(body));
        let response: Result<_, Infallible> = self.service.clone().call(request).await;
        match response {
            Ok(response) => response.map(Body::new),
            Err(never) => match never {},
        }
    }
}

/// A session that its own principal names.
pub(super) struct Session(Opened);

impl Session {
    fn header(&self) -> HeaderValue {
        // The library's ids are visible letters; an empty one is simply unknown to it.
        HeaderValue::try_from(&self.0.inner).unwrap_or(HeaderValue::from_static(""))
    }
}
