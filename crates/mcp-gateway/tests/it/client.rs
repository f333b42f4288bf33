//! A client without a network: requests go straight into the router.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use postern_mcp_gateway::{Deps, Limits, Settings, router};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use crate::fake::Fake;

/// The revision without sessions.
pub(crate) const NEW: &str = "2026-07-28";

/// A gateway over a fake backend.
pub(crate) struct Gate {
    /// The backend.
    pub(crate) fake: Fake,
    router: Router,
    /// Ends open streams.
    pub(crate) stop: CancellationToken,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The status.
    pub(crate) status: StatusCode,
    /// The headers.
    pub(crate) headers: HeaderMap,
    /// The body as text.
    pub(crate) text: String,
}

impl Answer {
    /// A header, empty where there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// The body as JSON, null where it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    /// The code of the JSON-RPC error, 0 where there is none.
    pub(crate) fn code(&self) -> i64 {
        self.json()["error"]["code"].as_i64().unwrap_or_default()
    }
}

impl Gate {
    /// A gateway with the usual bounds.
    pub(crate) fn new() -> Self {
        Self::with(Limits::default(), |_| ())
    }

    /// A gateway with other bounds or settings.
    pub(crate) fn with(limits: Limits, change: impl FnOnce(&mut Settings)) -> Self {
        Self::over(Fake::new(), limits, change)
    }

    /// Another process over the same backend, with the same secret.
    pub(crate) fn beside(&self) -> Self {
        Self::over(self.fake.clone(), Limits::default(), |_| ())
    }

    fn over(fake: Fake, limits: Limits, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = Settings::new("https://post.example.org".parse().unwrap(), "1.2.3");
        settings.limits = limits;
        change(&mut settings);
        let (backend, clock) = (Arc::new(fake.clone()), Arc::new(fake.clone()));
        let stop = CancellationToken::new();
        let router = router(
            Deps {
                backend,
                clock,
                settings,
                secret: [7; 32],
            },
            stop.clone(),
        );
        Self { fake, router, stop }
    }

    /// Sends a request and gives the answer with its body still open.
    pub(crate) async fn open(&self, mut request: Request<Body>) -> axum::response::Response {
        let host = "post.example.org".parse().unwrap();
        request.headers_mut().entry(HOST).or_insert(host);
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// Sends a request and reads the answer.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let (parts, body) = self.open(request).await.into_parts();
        let text = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            text,
        }
    }

    /// Posts a body to `/mcp` with the key `full`.
    pub(crate) async fn post(&self, body: impl ToString) -> Answer {
        self.send(post("/mcp", &body.to_string())).await
    }

    /// Calls a method at the older revision 2025-11-25.
    pub(crate) async fn old(&self, method: &str, params: Value) -> Answer {
        let mut request = post("/mcp", &message(method, params).to_string());
        request
            .headers_mut()
            .insert("mcp-protocol-version", "2025-11-25".parse().unwrap());
        self.send(request).await
    }

    /// Calls a method at revision 2026-07-28.
    pub(crate) async fn new_era(&self, method: &str, params: Value) -> Answer {
        self.send(new_era("full", method, params, json!({}))).await
    }

    /// Calls a tool with a key and gives its result.
    pub(crate) async fn call_as(&self, key: &str, tool: &str, arguments: Value) -> Value {
        let params = json!({ "name": tool, "arguments": arguments });
        let answer = self.send(new_era(key, "tools/call", params, json!({}))).await;
        answer.json()["result"].clone()
    }

    /// Calls a tool and gives its result.
    pub(crate) async fn call(&self, tool: &str, arguments: Value) -> Value {
        self.call_as("full", tool, arguments).await
    }
}

/// A JSON-RPC request with id 1.
pub(crate) fn message(method: &str, params: Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params })
}

/// A POST of JSON with the key `full`.
pub(crate) fn post(path: &str, body: &str) -> Request<Body> {
    let mut request = Request::new(Body::from(body.to_owned()));
    *request.method_mut() = Method::POST;
    *request.uri_mut() = path.parse().unwrap();
    request
        .headers_mut()
        .insert(CONTENT_TYPE, "application/json".parse().unwrap());
    request
        .headers_mut()
        .insert(AUTHORIZATION, "Bearer full".parse().unwrap());
    request
}

/// A request without body and credential.
pub(crate) fn bare(method: Method, path: &str) -> Request<Body> {
    let mut request = Request::new(Body::empty());
    *request.method_mut() = method;
    *request.uri_mut() = path.parse().unwrap();
    request
}

/// The same request with one more header.
pub(crate) fn with(mut request: Request<Body>, name: &'static str, value: &str) -> Request<Body> {
    request.headers_mut().insert(name, value.parse().unwrap());
    request
}

/// A complete request of revision 2026-07-28 from a client with these capabilities.
pub(crate) fn new_era(key: &str, method: &str, mut params: Value, capabilities: Value) -> Request<Body> {
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": NEW,
        "io.modelcontextprotocol/clientCapabilities": capabilities,
        "io.modelcontextprotocol/clientInfo": { "name": "test", "version": "1" },
    });
    let name = params["name"]
        .as_str()
        .or(params["uri"].as_str())
        .map(str::to_owned);
    let mut request = post("/mcp", &message(method, params).to_string());
    let headers = request.headers_mut();
    headers.insert(AUTHORIZATION, format!("Bearer {key}").parse().unwrap());
    headers.insert("mcp-protocol-version", NEW.parse().unwrap());
    headers.insert("mcp-method", method.parse().unwrap());
    if let Some(name) = name {
        headers.insert("mcp-name", name.parse().unwrap());
    }
    request
}
