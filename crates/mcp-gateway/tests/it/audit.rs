//! What is logged about a call, and what never is.

use postern_telemetry::testsuite::local;
use serde_json::{Value, json};

use crate::client::{Gate, post, with};

/// A key that would be recognised anywhere.
const KEY: &str = "ptz_KnAG5NGk0000000000000000000000000000abcd";
const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

#[tokio::test]
async fn a_call_leaves_one_line_without_key_and_texts() {
    let (_subscriber, lines) = local();
    let gate = Gate::new();
    gate.fake
        .state()
        .keys
        .insert(KEY.into(), postern_domain::actor::Scope::ALL.to_vec());
    let arguments = json!({ "url": "http://127.0.0.1/hush-hush.png" });
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {},
        "io.modelcontextprotocol/clientInfo": { "name": "a client\u{1b}[31m", "version": "9" },
        "traceparent": format!("00-{TRACE}-b7ad6b7169203331-01"),
    });
    let params = json!({ "name": "uploadFromUrlTool", "arguments": arguments, "_meta": meta });
    let body = crate::client::message("tools/call", params).to_string();
    for path in ["/mcp".to_owned(), format!("/mcp/{KEY}")] {
        let mut request = with(post(&path, &body), "mcp-protocol-version", "2026-07-28");
        request = with(
            with(request, "mcp-method", "tools/call"),
            "mcp-name",
            "uploadFromUrlTool",
        );
        let answer = gate.send(with(request, "authorization", KEY)).await;
        assert_eq!(answer.json()["result"]["isError"], false, "{}", answer.text);
    }
    let said = lines.text();
    assert!(!said.contains(KEY) && !said.contains("hush-hush"), "{said}");
    let called: Vec<Value> = lines
        .json()
        .into_iter()
        .filter(|line| line["message"] == "tool called")
        .collect();
    assert_eq!(called.len(), 2, "{said}");
    for line in called {
        assert_eq!(
            (&line["tool"], &line["outcome"]),
            (&json!("uploadFromUrlTool"), &json!("done"))
        );
        assert_eq!(
            (&line["client.name"], &line["client.version"]),
            (&json!("a client[31m"), &json!("9"))
        );
        assert_eq!(line["key.fingerprint"].as_str().map(str::len), Some(12));
        assert!(line["duration_ms"].is_u64(), "{line}");
        assert!(
            line.to_string().contains(TRACE),
            "joined to the client's trace: {line}"
        );
    }
}

#[tokio::test]
async fn a_refused_call_is_logged_with_its_code() {
    let (_subscriber, lines) = local();
    let gate = Gate::new();
    gate.call_as("reader", "cancel_post", json!({ "id": "post_1" }))
        .await;
    let line = lines
        .json()
        .into_iter()
        .find(|line| line["message"] == "tool called")
        .unwrap_or_default();
    assert_eq!(
        (&line["outcome"], &line["problem.code"]),
        (&json!("refused"), &json!("scope_missing")),
        "{}",
        lines.text()
    );
}
