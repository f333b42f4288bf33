//! HTTP+SSE: answers on the stream, messages beside it.

use std::time::Duration;

use axum::body::BodyDataStream;
use futures::StreamExt as _;
use http::{Method, StatusCode};
use postern_mcp_gateway::Limits;
use serde_json::{Value, json};

use crate::client::{Answer, Gate, bare, message, post};

/// An open event stream.
struct Stream {
    body: BodyDataStream,
    text: String,
    endpoint: String,
}

impl Stream {
    async fn open(gate: &Gate, path: &str) -> Self {
        let response = gate.open(bare(Method::GET, path)).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["x-accel-buffering"], "no");
        assert_eq!(response.headers()["referrer-policy"], "no-referrer");
        assert_eq!(
            response.headers()["cache-control"],
            "no-cache, no-store, no-transform"
        );
        let mut stream = Self {
            body: response.into_body().into_data_stream(),
            text: String::new(),
            endpoint: String::new(),
        };
        let (event, data) = stream.next().await.expect("the first event");
        assert_eq!(event, "endpoint");
        stream.endpoint = data;
        stream
    }

    /// The next event: its name and its data; nothing at the end.
    async fn next(&mut self) -> Option<(String, String)> {
        loop {
            while let Some((event, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| {
                    let lines = event.lines().filter_map(|line| line.strip_prefix(name));
                    lines
                        .map(|line| line.trim_start_matches(':').trim_start())
                        .collect::<String>()
                };
                let found = (field("event"), field("data"));
                let rest = rest.to_owned();
                self.text = rest;
                if !found.1.is_empty() {
                    return Some(found);
                }
            }
            let chunk = tokio::time::timeout(Duration::from_secs(10), self.body.next())
                .await
                .expect("an event in time")?;
            self.text
                .push_str(std::str::from_utf8(&chunk.expect("a whole chunk")).expect("text"));
        }
    }

    async fn message(&mut self) -> Value {
        let (event, data) = self.next().await.expect("a message");
        assert_eq!(event, "message");
        serde_json::from_str(&data).expect("JSON")
    }

    async fn say(&self, gate: &Gate, body: &Value) -> Answer {
        let mut request = post(&self.endpoint, &body.to_string());
        request.headers_mut().remove("authorization");
        gate.send(request).await
    }

    async fn initialize(&mut self, gate: &Gate) {
        let client = json!({ "name": "t", "version": "1" });
        let params = json!({ "protocolVersion": "2024-11-05", "capabilities": {}, "clientInfo": client });
        let answer = self.say(gate, &message("initialize", params)).await;
        assert_eq!(
            (answer.status, answer.text.as_str()),
            (StatusCode::ACCEPTED, "Accepted")
        );
        assert_eq!(self.message().await["result"]["protocolVersion"], "2024-11-05");
        self.say(
            gate,
            &json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }),
        )
        .await;
    }
}

#[tokio::test]
async fn a_client_talks_over_every_spelling_of_the_address() {
    let gate = Gate::new();
    for (path, beside) in [
        ("/api/mcp/full/sse", "/api/mcp/full/messages?sessionId="),
        ("/api/mcp/full/sse/", "/api/mcp/full/messages?sessionId="),
        ("/mcp/full/sse", "/mcp/full/messages?sessionId="),
        ("/sse/full", "/message/full?sessionId="),
        ("/api/sse/full", "/api/message/full?sessionId="),
    ] {
        let mut stream = Stream::open(&gate, path).await;
        assert!(stream.endpoint.starts_with(beside), "{path}: {}", stream.endpoint);
        assert_eq!(stream.endpoint.len(), beside.len() + 32, "128 bits");
        stream.initialize(&gate).await;
        let params = json!({ "name": "server_time", "arguments": {} });
        stream.say(&gate, &message("tools/call", params)).await;
        assert_eq!(
            stream.message().await["result"]["structuredContent"]["zone"],
            "Europe/Berlin",
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_stream_belongs_to_its_key() {
    let gate = Gate::new();
    let mut stream = Stream::open(&gate, "/api/mcp/full/sse").await;
    stream.initialize(&gate).await;
    let ping = message("ping", json!({})).to_string();
    let foreign = stream.endpoint.replace("/full/", "/other/");
    assert_eq!(
        gate.send(post(&foreign, &ping)).await.status,
        StatusCode::NOT_FOUND
    );
    let unknown = "/api/mcp/full/messages?sessionId=00";
    assert_eq!(
        gate.send(post(unknown, &ping)).await.status,
        StatusCode::NOT_FOUND
    );
    let unnamed = "/api/mcp/full/message";
    assert_eq!(gate.send(post(unnamed, &ping)).await.status, StatusCode::ACCEPTED);
    assert_eq!(stream.message().await["result"], json!({}));
}

#[tokio::test]
async fn two_streams_of_one_key_do_not_hear_each_other() {
    let gate = Gate::new();
    let mut one = Stream::open(&gate, "/api/mcp/full/sse").await;
    let mut two = Stream::open(&gate, "/api/mcp/full/sse").await;
    assert_ne!(one.endpoint, two.endpoint);
    one.initialize(&gate).await;
    two.initialize(&gate).await;
    let ask = |id: u32| json!({ "jsonrpc": "2.0", "id": id, "method": "ping" });
    two.say(&gate, &ask(22)).await;
    one.say(&gate, &ask(11)).await;
    assert_eq!(
        (
            one.message().await["id"].clone(),
            two.message().await["id"].clone()
        ),
        (json!(11), json!(22))
    );
}

#[tokio::test]
async fn messages_that_cannot_be_read_are_refused_at_once() {
    let gate = Gate::with(
        Limits {
            body_bytes: 500,
            ..Limits::default()
        },
        |_| (),
    );
    let stream = Stream::open(&gate, "/api/mcp/full/sse").await;
    for (body, status) in [
        ("{".to_owned(), 400),
        ("{}".to_owned(), 400),
        ("[]".to_owned(), 400),
        ("1".repeat(501), 413),
    ] {
        assert_eq!(
            gate.send(post(&stream.endpoint, &body)).await.status.as_u16(),
            status,
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_closed_stream_is_forgotten() {
    let gate = Gate::new();
    let stream = Stream::open(&gate, "/api/mcp/full/sse").await;
    let endpoint = stream.endpoint.clone();
    drop(stream);
    let answer = gate
        .send(post(&endpoint, &message("ping", json!({})).to_string()))
        .await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_key_may_only_hold_so_many_streams() {
    let gate = Gate::with(
        Limits {
            streams_per_key: 1,
            ..Limits::default()
        },
        |_| (),
    );
    let _first = Stream::open(&gate, "/api/mcp/full/sse").await;
    let answer = gate.send(bare(Method::GET, "/api/mcp/full/sse")).await;
    assert_eq!(
        (answer.status, answer.header("retry-after")),
        (StatusCode::TOO_MANY_REQUESTS, "30")
    );
    let _other = Stream::open(&gate, "/api/mcp/other/sse").await;
}

#[tokio::test]
async fn the_stop_ends_open_streams() {
    let gate = Gate::new();
    let mut stream = Stream::open(&gate, "/api/mcp/full/sse").await;
    gate.stop.cancel();
    assert_eq!(stream.next().await, None);
}

#[tokio::test]
async fn a_revoked_key_and_a_silent_client_lose_their_stream() {
    let gate = Gate::with(
        Limits {
            key_recheck: Duration::from_millis(5),
            ..Limits::default()
        },
        |_| (),
    );
    let mut stream = Stream::open(&gate, "/api/mcp/full/sse").await;
    gate.fake.state().keys.remove("full");
    assert_eq!(stream.next().await, None);
    let mut silent = Stream::open(&gate, "/api/mcp/other/sse").await;
    gate.fake.state().now = Some(crate::fake::NOW.plus(Duration::from_secs(301)));
    assert_eq!(silent.next().await, None);
}
