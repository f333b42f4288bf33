//! Sessions of the older revisions: begun, gone on with anywhere, asked in, ended.

use std::time::Duration;

use axum::body::BodyDataStream;
use futures::StreamExt as _;
use http::{Method, StatusCode};
use postern_mcp_gateway::Limits;
use serde_json::{Value, json};

use crate::client::{Answer, Gate, bare, message, post, with};

const BOTH: &str = "application/json, text/event-stream";
const REVISION: &str = "2025-06-18";

fn initialize(capabilities: Value) -> Value {
    let client = json!({ "name": "t", "version": "1" });
    message(
        "initialize",
        json!({ "protocolVersion": REVISION, "capabilities": capabilities, "clientInfo": client }),
    )
}

/// Begins a session and gives its id.
async fn begin(gate: &Gate, capabilities: Value) -> String {
    let answer = gate
        .send(with(
            post("/mcp", &initialize(capabilities).to_string()),
            "accept",
            BOTH,
        ))
        .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert!(answer.text.contains("\"serverInfo\""), "{}", answer.text);
    let id = answer.header("mcp-session-id").to_owned();
    assert!(
        id.len() > 40 && id.bytes().all(|byte| byte.is_ascii_graphic()),
        "{id}"
    );
    let ready = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
    assert_eq!(say(gate, &id, &ready).await.status, StatusCode::ACCEPTED);
    id
}

fn request(id: &str, body: &Value) -> http::Request<axum::body::Body> {
    let request = with(post("/mcp", &body.to_string()), "accept", BOTH);
    with(
        with(request, "mcp-session-id", id),
        "mcp-protocol-version",
        REVISION,
    )
}

async fn say(gate: &Gate, id: &str, body: &Value) -> Answer {
    gate.send(request(id, body)).await
}

async fn lists_tools(gate: &Gate, id: &str) -> bool {
    let answer = say(gate, id, &message("tools/list", json!({}))).await;
    answer.status == StatusCode::OK && answer.text.contains("integrationList")
}

fn of_session(method: Method, id: &str) -> http::Request<axum::body::Body> {
    let request = with(bare(method, "/mcp"), "authorization", "full");
    let request = with(
        with(request, "mcp-session-id", id),
        "mcp-protocol-version",
        REVISION,
    );
    with(request, "accept", "text/event-stream")
}

#[tokio::test]
async fn a_session_goes_on_in_any_process_and_after_a_restart() {
    let gate = Gate::new();
    let id = begin(&gate, json!({})).await;
    assert!(lists_tools(&gate, &id).await);
    let other = gate.beside();
    assert!(lists_tools(&other, &id).await, "another process");
    assert!(lists_tools(&gate, &id).await, "the first one again");
    drop(gate);
    assert!(lists_tools(&other.beside(), &id).await, "after a restart");
}

#[tokio::test]
async fn a_session_belongs_to_the_key_that_began_it() {
    let gate = Gate::new();
    let id = begin(&gate, json!({})).await;
    let body = message("tools/list", json!({}));
    let stranger = gate
        .send(with(request(&id, &body), "authorization", "Bearer other"))
        .await;
    assert_eq!(
        (stranger.status, stranger.code()),
        (StatusCode::NOT_FOUND, -32600),
        "{}",
        stranger.text
    );
    assert!(stranger.text.contains("Send initialize"), "{}", stranger.text);
    assert_eq!(stranger.json()["id"], 1);
    for id in ["a", "", &id[1..]] {
        assert_eq!(say(&gate, id, &body).await.status, StatusCode::NOT_FOUND, "{id}");
    }
    let stream = gate
        .send(with(of_session(Method::GET, &id), "authorization", "other"))
        .await;
    assert_eq!(stream.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_ended_session_is_unknown() {
    let gate = Gate::new();
    let id = begin(&gate, json!({})).await;
    assert_eq!(
        gate.send(of_session(Method::DELETE, &id)).await.status,
        StatusCode::NO_CONTENT
    );
    assert!(!lists_tools(&gate, &id).await);
    assert_eq!(
        gate.send(of_session(Method::DELETE, &id)).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        gate.send(of_session(Method::GET, &id)).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn the_oldest_of_many_sessions_lose_their_workers_and_nothing_else() {
    let limits = Limits {
        sessions_per_key: 2,
        ..Limits::default()
    };
    let gate = Gate::with(limits, |_| ());
    let mut ids = Vec::new();
    for _ in 0..4 {
        ids.push(begin(&gate, json!({})).await);
    }
    for id in &ids {
        assert!(lists_tools(&gate, id).await, "{id}");
    }
}

#[tokio::test]
async fn requests_without_a_session_and_of_the_newest_revision_need_none() {
    let gate = Gate::new();
    let body = message("tools/list", json!({})).to_string();
    let answer = gate.send(with(post("/mcp", &body), "accept", BOTH)).await;
    assert!(answer.json()["result"]["tools"].is_array(), "{}", answer.text);
    let newest = crate::client::new_era("full", "tools/list", json!({}), json!({}));
    let answer = gate.send(with(newest, "mcp-session-id", "from-elsewhere")).await;
    assert!(answer.json()["result"]["tools"].is_array(), "{}", answer.text);
    assert_eq!(answer.header("mcp-session-id"), "");
}

#[tokio::test]
async fn sessions_can_be_switched_off() {
    let gate = Gate::with(Limits::default(), |settings| settings.legacy_sessions = false);
    let answer = gate
        .send(with(
            post("/mcp", &initialize(json!({})).to_string()),
            "accept",
            BOTH,
        ))
        .await;
    assert_eq!(
        (answer.status, answer.header("mcp-session-id")),
        (StatusCode::OK, "")
    );
    assert!(
        lists_tools(&gate, "from-elsewhere").await,
        "a session that another server gave is ignored"
    );
    assert_eq!(
        gate.send(of_session(Method::GET, "a")).await.status,
        StatusCode::METHOD_NOT_ALLOWED
    );
    assert_eq!(
        gate.send(of_session(Method::DELETE, "a")).await.status,
        StatusCode::NO_CONTENT
    );
}

/// The messages of an open event stream.
struct Stream {
    body: BodyDataStream,
    text: String,
}

impl Stream {
    async fn open(gate: &Gate, request: http::Request<axum::body::Body>) -> Self {
        let response = gate.open(request).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self {
            body: response.into_body().into_data_stream(),
            text: String::new(),
        }
    }

    /// The next message; nothing at the end of the stream.
    async fn next(&mut self) -> Option<Value> {
        loop {
            while let Some((event, rest)) = self.text.split_once("\n\n") {
                let data: String = event
                    .lines()
                    .filter_map(|line| line.strip_prefix("data:"))
                    .map(str::trim)
                    .collect();
                let rest = rest.to_owned();
                self.text = rest;
                if let Ok(message) = serde_json::from_str(&data) {
                    return Some(message);
                }
            }
            let chunk = tokio::time::timeout(Duration::from_secs(20), self.body.next())
                .await
                .expect("news in time")?;
            self.text
                .push_str(std::str::from_utf8(&chunk.expect("a whole chunk")).expect("text"));
        }
    }
}

async fn draft(gate: &Gate) -> String {
    let posts = json!([{ "channels": ["mastodon"], "content": "Hello" }]);
    let result = gate
        .call("bulk_schedule", json!({ "posts": posts, "mode": "draft" }))
        .await;
    result["structuredContent"]["posts"][0]["id"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

#[tokio::test]
async fn a_person_is_asked_on_the_open_request_also_where_the_session_moved() {
    let begun = Gate::new();
    let id = begin(&begun, json!({ "elicitation": {} })).await;
    for (said, status) in [("decline", "declined"), ("accept", "publishing")] {
        let gate = begun.beside();
        let post = draft(&gate).await;
        let call = message(
            "tools/call",
            json!({ "name": "publish_post", "arguments": { "id": post } }),
        );
        let mut stream = Stream::open(&gate, request(&id, &call)).await;
        let question = stream.next().await.expect("a question");
        assert_eq!(question["method"], "elicitation/create", "{question:#}");
        assert!(question["params"]["message"].as_str().unwrap().contains("Hello"));
        let result = json!({ "action": said, "content": { "confirm": true } });
        let answer = json!({ "jsonrpc": "2.0", "id": question["id"], "result": result });
        assert_eq!(say(&gate, &id, &answer).await.status, StatusCode::ACCEPTED);
        let done = stream.next().await.expect("a result");
        assert_eq!(done["result"]["structuredContent"]["status"], status, "{done:#}");
        assert!(stream.next().await.is_none(), "the stream ends with the result");
    }
}

#[tokio::test]
async fn the_stream_of_a_session_ends_with_its_key() {
    let limits = Limits {
        key_recheck: Duration::from_millis(50),
        ..Limits::default()
    };
    let gate = Gate::with(limits, |_| ());
    let id = begin(&gate, json!({})).await;
    let mut stream = Stream::open(&gate, of_session(Method::GET, &id)).await;
    gate.fake.state().keys.remove("full");
    assert!(stream.next().await.is_none());
}
