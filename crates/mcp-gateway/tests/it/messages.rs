//! What becomes of a message, in both eras of the protocol.

use http::StatusCode;
use postern_mcp_gateway::Limits;
use serde_json::{Value, json};

use crate::client::{Gate, NEW, message, new_era, post, with};

fn initialize(version: &str) -> Value {
    let params = json!({ "protocolVersion": version, "capabilities": {}, "clientInfo": { "name": "t", "version": "1" } });
    message("initialize", params)
}

#[tokio::test]
async fn bodies_that_are_no_messages_are_refused_with_their_code() {
    let gate = Gate::new();
    for (body, status, code) in [
        ("{", 400, -32700),
        ("", 400, -32700),
        ("\u{feff}{}", 400, -32700),
        ("3", 400, -32600),
        ("[]", 400, -32600),
        ("{}", 400, -32600),
        (r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, 400, -32600),
        (r#"{"jsonrpc":"2.0","id":1,"result":{}}"#, 400, -32600),
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{}}"#,
            200,
            -32602,
        ),
        (r#"{"jsonrpc":"2.0","id":1,"method":"no/such"}"#, 200, -32601),
    ] {
        let answer = gate.post(body).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (status, code),
            "{body}: {}",
            answer.text
        );
        assert_eq!(answer.header("content-type"), "application/json", "{body}");
        assert_eq!(answer.json()["jsonrpc"], "2.0", "{body}");
    }
}

#[tokio::test]
async fn large_bodies_are_refused_whether_announced_or_not() {
    let gate = Gate::with(
        Limits {
            body_bytes: 1000,
            ..Limits::default()
        },
        |_| (),
    );
    let long = message("ping", json!({ "x": "y".repeat(1000) })).to_string();
    let announced = gate.post(&long).await;
    let mut request = post("/mcp", "");
    let chunks = long
        .into_bytes()
        .chunks(100)
        .map(<[u8]>::to_vec)
        .map(Ok::<_, std::io::Error>)
        .collect::<Vec<_>>();
    *request.body_mut() = axum::body::Body::from_stream(futures::stream::iter(chunks));
    for answer in [announced, gate.send(request).await] {
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert!(answer.text.contains("uploadFromUrlTool"), "{}", answer.text);
    }
}

#[tokio::test]
async fn accept_headers_do_not_matter_and_other_content_types_are_refused() {
    let gate = Gate::new();
    let ping = message("ping", json!({})).to_string();
    for accept in ["*/*", "application/json", "text/event-stream", "text/html"] {
        assert_eq!(
            gate.send(with(post("/mcp", &ping), "accept", accept))
                .await
                .status,
            StatusCode::OK,
            "{accept}"
        );
    }
    let answer = gate
        .send(with(post("/mcp", &ping), "content-type", "text/plain"))
        .await;
    assert_eq!((answer.status.as_u16(), answer.code()), (415, -32600));
}

#[tokio::test]
async fn initialize_agrees_on_a_revision_and_gives_no_session_to_who_cannot_read_streams() {
    let gate = Gate::new();
    for (asked, agreed) in [
        ("2024-11-05", "2024-11-05"),
        ("2025-03-26", "2025-03-26"),
        ("2025-06-18", "2025-06-18"),
        ("2025-11-25", "2025-11-25"),
        ("2026-07-28", "2025-11-25"),
        ("1999-01-01", "2025-11-25"),
    ] {
        let answer = gate.post(initialize(asked)).await;
        let result = &answer.json()["result"];
        assert_eq!(result["protocolVersion"], agreed, "{asked}: {}", answer.text);
        assert_eq!(result["serverInfo"]["name"], "postern");
        assert_eq!(result["serverInfo"]["version"], "1.2.3");
        assert_eq!(
            result["capabilities"],
            json!({ "completions": {}, "prompts": {}, "resources": {}, "tools": {} })
        );
        assert!(
            result["instructions"]
                .as_str()
                .is_some_and(|text| text.chars().count() <= 1500)
        );
        assert_eq!(answer.header("mcp-session-id"), "");
    }
}

#[tokio::test]
async fn features_that_are_not_declared_are_unknown_methods() {
    let gate = Gate::new();
    for method in ["resources/subscribe", "logging/setLevel", "tasks/get", "no/such"] {
        let old = gate.old(method, params_of(method)).await;
        assert_eq!(
            (old.status.as_u16(), old.code()),
            (200, -32601),
            "{method}: {}",
            old.text
        );
        let new = gate
            .send(named(
                new_era("full", method, params_of(method), json!({})),
                method,
            ))
            .await;
        assert_eq!(
            (new.status.as_u16(), new.code()),
            (404, -32601),
            "{method}: {}",
            new.text
        );
    }
    assert_eq!(gate.old("ping", json!({})).await.json()["result"], json!({}));
    assert_eq!(
        gate.new_era("ping", json!({})).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn methods_that_a_revision_has_given_up_are_unknown_to_it_whatever_their_parameters() {
    let gate = Gate::new();
    for method in ["initialize", "ping", "logging/setLevel"] {
        let answer = gate.new_era(method, json!({ "odd": true })).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (404, -32601),
            "{method}: {}",
            answer.text
        );
    }
    let answer = gate.new_era("tools/call", json!({ "arguments": {} })).await;
    assert_eq!(answer.code(), -32602, "{}", answer.text);
    let answer = gate.old("initialize", json!({})).await;
    assert_eq!(answer.code(), -32602, "{}", answer.text);
}

/// Parameters of the form that the method wants, so that only the method itself can be at fault.
fn params_of(method: &str) -> Value {
    match method {
        "resources/subscribe" => json!({ "uri": "test://a" }),
        "logging/setLevel" => json!({ "level": "info" }),
        "tasks/get" => json!({ "taskId": "a" }),
        _ => json!({}),
    }
}

fn named(request: http::Request<axum::body::Body>, method: &str) -> http::Request<axum::body::Body> {
    match params_of(method)
        .get("uri")
        .or(params_of(method).get("taskId"))
        .and_then(Value::as_str)
    {
        Some(name) => with(request, "mcp-name", name),
        None => request,
    }
}

#[tokio::test]
async fn discovery_tells_all_revisions_and_may_be_kept_by_one_client_only() {
    let gate = Gate::new();
    let answer = gate.new_era("server/discover", json!({})).await;
    let result = &answer.json()["result"];
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert!(
        result["supportedVersions"]
            .as_array()
            .is_some_and(|all| all.len() >= 5 && all.contains(&json!(NEW)))
    );
    assert_eq!(result["cacheScope"], "private");
    assert_eq!(
        result["_meta"]["io.modelcontextprotocol/serverInfo"]["name"],
        "postern"
    );
}

#[tokio::test]
async fn the_newer_revision_checks_headers_against_the_body() {
    let gate = Gate::new();
    let call = || {
        new_era(
            "full",
            "tools/call",
            json!({ "name": "server_time", "arguments": {} }),
            json!({}),
        )
    };
    assert_eq!(gate.send(call()).await.status, StatusCode::OK);
    for (name, value, status, code) in [
        ("mcp-protocol-version", Some("2025-11-25"), 400, -32020),
        ("mcp-protocol-version", None, 400, -32020),
        ("mcp-method", Some("tools/list"), 400, -32020),
        ("mcp-method", None, 400, -32020),
        ("mcp-name", Some("get_post"), 400, -32020),
        ("mcp-name", None, 400, -32020),
        ("mcp-name", Some("=?base64?c2VydmVyX3RpbWU=?="), 200, 0),
        ("mcp-name", Some("=?base64?***?="), 400, -32020),
    ] {
        let mut request = call();
        request.headers_mut().remove(name);
        if let Some(value) = value {
            request = with(request, name, value);
        }
        let answer = gate.send(request).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (status, code),
            "{name} {value:?}: {}",
            answer.text
        );
    }
    for (name, value) in [
        ("mcp-method", "tools/call"),
        ("mcp-name", "server_time"),
        ("mcp-protocol-version", NEW),
    ] {
        let mut request = call();
        request.headers_mut().append(name, value.parse().unwrap());
        let answer = gate.send(request).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (400, -32020),
            "two of {name}: {}",
            answer.text
        );
        assert_eq!(answer.json()["id"], 1);
    }
}

#[tokio::test]
async fn the_newer_revision_wants_its_metadata() {
    let gate = Gate::new();
    let key = |name: &str| format!("io.modelcontextprotocol/{name}");
    for (meta, status, code) in [
        (json!({ key("protocolVersion"): NEW }), 400, -32602),
        (
            json!({ key("protocolVersion"): "2099-01-01", key("clientCapabilities"): {} }),
            400,
            -32022,
        ),
    ] {
        let version = meta[key("protocolVersion")]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        let body = message("tools/list", json!({ "_meta": meta })).to_string();
        let request = with(
            with(post("/mcp", &body), "mcp-method", "tools/list"),
            "mcp-protocol-version",
            &version,
        );
        let answer = gate.send(request).await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (status, code),
            "{}",
            answer.text
        );
        if code == -32022 {
            assert_eq!(answer.json()["error"]["data"]["requested"], "2099-01-01");
            assert!(answer.json()["error"]["data"]["supported"].is_array());
        }
    }
    let odd = with(
        post("/mcp", &message("tools/list", json!({})).to_string()),
        "mcp-protocol-version",
        "1999-01-01",
    );
    let answer = gate.send(odd).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (400, -32022));
}

#[tokio::test]
async fn lists_are_sorted_private_and_kept_for_five_minutes() {
    let gate = Gate::new();
    let new = gate.new_era("tools/list", json!({})).await.json()["result"].clone();
    assert_eq!(
        (new["ttlMs"].clone(), new["cacheScope"].clone()),
        (json!(300_000), json!("private"))
    );
    assert_eq!(new["resultType"], "complete");
    assert_eq!(
        new["_meta"]["io.modelcontextprotocol/serverInfo"]["version"],
        "1.2.3"
    );
    let names: Vec<_> = new["tools"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tool| tool["name"].clone())
        .collect();
    let mut sorted = names.clone();
    sorted.sort_by_key(|name| name.as_str().unwrap_or_default().to_owned());
    assert_eq!(names, sorted);
    let old = gate.old("tools/list", json!({})).await.json()["result"].clone();
    assert_eq!(old["tools"], new["tools"]);
    assert!(
        old.get("resultType").is_none() && old.get("_meta").is_none(),
        "{old}"
    );
}

#[tokio::test]
async fn batches_belong_to_the_oldest_revisions() {
    let gate = Gate::new();
    let ping = message("ping", json!({}));
    let note = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
    let batch = json!([ping, note, { "jsonrpc": "2.0", "id": "b", "method": "no/such" }, 3]).to_string();
    for version in [None, Some("2025-03-26")] {
        let mut request = post("/mcp", &batch);
        if let Some(version) = version {
            request = with(request, "mcp-protocol-version", version);
        }
        let answer = gate.send(request).await;
        let answers = answer.json();
        assert_eq!(answers.as_array().map(Vec::len), Some(3), "{}", answer.text);
        assert_eq!(answers[0], json!({ "jsonrpc": "2.0", "id": 1, "result": {} }));
        assert_eq!(
            (&answers[1]["id"], &answers[1]["error"]["code"]),
            (&json!("b"), &json!(-32601))
        );
        assert_eq!(answers[2]["error"]["code"], -32600);
    }
    for version in ["2024-11-05", "2025-06-18", "2025-11-25", NEW] {
        let answer = gate
            .send(with(post("/mcp", &batch), "mcp-protocol-version", version))
            .await;
        assert_eq!(
            (answer.status.as_u16(), answer.code()),
            (400, -32600),
            "{version}"
        );
    }
    assert_eq!(gate.post(json!([note])).await.status, StatusCode::ACCEPTED);
    assert_eq!(
        gate.post(json!(vec![ping; 51])).await.status,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn an_unknown_tool_is_answered_with_the_known_ones() {
    let gate = Gate::new();
    let answer = gate
        .old("tools/call", json!({ "name": "server_tyme", "arguments": {} }))
        .await;
    let text = answer.json()["error"]["message"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    assert_eq!((answer.status.as_u16(), answer.code()), (200, -32602));
    assert!(
        text.contains("server_tyme") && text.contains("Did you mean server_time?"),
        "{text}"
    );
}

#[tokio::test]
async fn a_key_may_only_make_so_many_calls() {
    let gate = Gate::with(
        Limits {
            reads_per_minute: Some(2),
            ..Limits::default()
        },
        |_| (),
    );
    for _ in 0..2 {
        assert_eq!(gate.call("server_time", json!({})).await["isError"], false);
    }
    let refused = gate.call("server_time", json!({})).await;
    assert_eq!(refused["isError"], true);
    assert_eq!(refused["structuredContent"]["error"]["code"], "rate_limited");
    assert_eq!(refused["structuredContent"]["error"]["retry_after_s"], 30);
    assert_eq!(
        gate.call_as("reader", "server_time", json!({})).await["isError"],
        false
    );
}

#[tokio::test]
async fn the_time_is_told_in_both_zones() {
    let gate = Gate::new();
    let result = gate.call("server_time", json!({})).await;
    let wanted = json!({
        "utc": "2027-01-15T08:00:00.000Z",
        "local": "2027-01-15T09:00:00+01:00",
        "zone": "Europe/Berlin",
        "weekday": "Friday",
    });
    assert_eq!(result["structuredContent"], wanted);
    let text = result["content"][0]["text"].as_str().unwrap_or_default();
    assert!(
        text.starts_with("It is Friday, 2027-01-15T09:00:00+01:00 in Europe/Berlin."),
        "{text}"
    );
}
