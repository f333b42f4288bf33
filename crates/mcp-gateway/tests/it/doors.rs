//! Who is let in, at which address, and how those are answered who are not.

use http::{Method, StatusCode};
use serde_json::json;

use crate::client::{Gate, bare, message, post, with};

fn ping() -> String {
    message("ping", json!({})).to_string()
}

#[tokio::test]
async fn every_address_answers_with_and_without_a_slash_at_the_root_and_below_api() {
    let gate = Gate::new();
    for path in [
        "/mcp",
        "/mcp/",
        "/api/mcp",
        "/api/mcp/",
        "/mcp/full",
        "/mcp/full/",
        "/api/mcp/full",
        "/api/mcp/full/",
    ] {
        let answer = gate.send(post(path, &ping())).await;
        assert_eq!(
            (answer.status, answer.json()["result"].clone()),
            (StatusCode::OK, json!({})),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_missing_or_wrong_credential_is_told_in_the_way_that_hosts_understand() {
    let gate = Gate::new();
    let mut nobody = post("/mcp", &ping());
    nobody.headers_mut().remove("authorization");
    let cases = [
        (nobody, 401, "Bearer", "Missing Authorization header"),
        (
            with(post("/mcp", &ping()), "authorization", "Bearer wrong"),
            401,
            "Bearer error=\"invalid_token\"",
            "Invalid API Key or OAuth token",
        ),
        (
            bare(Method::GET, "/mcp"),
            401,
            "Bearer",
            "Missing Authorization header",
        ),
        (post("/mcp/wrong", &ping()), 400, "", "Invalid API Key"),
        (
            bare(Method::GET, "/api/mcp/wrong/sse"),
            400,
            "",
            "Invalid API Key",
        ),
        (bare(Method::GET, "/sse/wrong"), 400, "", "Invalid API Key"),
        (
            post("/api/mcp/wrong/messages?sessionId=a", &ping()),
            400,
            "",
            "Invalid API Key",
        ),
    ];
    for (request, status, challenge, says) in cases {
        let path = request.uri().path().to_owned();
        let answer = gate.send(request).await;
        let text = answer.json()["error"]["message"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        assert_eq!(answer.status.as_u16(), status, "{path}");
        assert!(
            answer.header("www-authenticate").starts_with(challenge),
            "{path}: {answer:?}"
        );
        assert_eq!(
            challenge.is_empty(),
            answer.header("www-authenticate").is_empty(),
            "{path}"
        );
        assert!(
            !answer.header("www-authenticate").contains("resource_metadata"),
            "{path}"
        );
        assert!(
            text.starts_with(says) && text.len() > says.len() + 10,
            "{path}: {text}"
        );
        assert_eq!(answer.json()["jsonrpc"], "2.0", "{path}");
    }
}

#[tokio::test]
async fn the_scheme_of_the_header_is_optional() {
    let gate = Gate::new();
    for header in ["Bearer full", "bearer full", "full"] {
        let answer = gate
            .send(with(post("/mcp", &ping()), "authorization", header))
            .await;
        assert_eq!(answer.status, StatusCode::OK, "{header}");
    }
}

#[tokio::test]
async fn a_backend_that_is_away_is_not_a_wrong_key() {
    let gate = Gate::new();
    gate.fake.state().away = true;
    for path in ["/mcp", "/mcp/full"] {
        let answer = gate.send(post(path, &ping())).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("retry-after")),
            (503, "2"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn metadata_that_would_force_oauth_upon_everybody_is_absent() {
    let gate = Gate::new();
    for name in [
        "oauth-protected-resource",
        "oauth-authorization-server",
        "openid-configuration",
    ] {
        for rest in ["", "/mcp", "/mcp/full", "/api/mcp/full/sse", "/mcp-oauth"] {
            let path = format!("/.well-known/{name}{rest}");
            assert_eq!(
                gate.send(bare(Method::GET, &path)).await.status,
                StatusCode::NOT_FOUND,
                "{path}"
            );
        }
    }
    assert_eq!(
        gate.send(post("/mcp-oauth", &ping())).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn strange_hosts_and_origins_are_refused() {
    let gate = Gate::new();
    for (name, value, status) in [
        ("host", "evil.example.com", 403),
        ("host", "localhost:5000", 200),
        ("origin", "https://evil.example.com", 403),
        ("origin", "https://post.example.org", 200),
        ("origin", "http://localhost:6274", 200),
    ] {
        for path in ["/mcp", "/mcp/full"] {
            let answer = gate.send(with(post(path, &ping()), name, value)).await;
            assert_eq!(answer.status.as_u16(), status, "{name} {value} {path}");
            assert_eq!(answer.code() == -32600, status == 403, "{name} {value}");
        }
        let stream = gate
            .send(with(bare(Method::POST, "/api/mcp/full/sse"), name, value))
            .await;
        assert_eq!(
            stream.status.as_u16(),
            if status == 403 { 403 } else { 405 },
            "{name} {value}"
        );
    }
}

#[tokio::test]
async fn browsers_of_allowed_origins_may_read_everything_even_refusals() {
    let gate = Gate::new();
    let origin = "http://localhost:6274";
    let preflight = with(bare(Method::OPTIONS, "/mcp"), "origin", origin);
    let preflight = with(
        preflight,
        "access-control-request-headers",
        "authorization, mcp-param-x",
    );
    let answer = gate.send(preflight).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("access-control-allow-origin"), origin);
    assert_eq!(
        answer.header("access-control-allow-headers"),
        "authorization, mcp-param-x"
    );
    assert!(answer.header("access-control-allow-methods").contains("POST"));
    for request in [
        post("/mcp", &ping()),
        with(post("/mcp", &ping()), "authorization", "wrong"),
        bare(Method::GET, "/mcp/full"),
    ] {
        let answer = gate.send(with(request, "origin", origin)).await;
        assert_eq!(answer.header("access-control-allow-origin"), origin, "{answer:?}");
        assert!(
            answer
                .header("access-control-expose-headers")
                .contains("WWW-Authenticate"),
            "{answer:?}"
        );
        assert_eq!(answer.header("vary"), "Origin");
    }
    let stranger = gate
        .send(with(
            bare(Method::OPTIONS, "/mcp"),
            "origin",
            "https://evil.example.com",
        ))
        .await;
    assert_eq!(
        (
            stranger.status.as_u16(),
            stranger.header("access-control-allow-origin")
        ),
        (403, "")
    );
}

#[tokio::test]
async fn addresses_with_a_key_stay_out_of_caches_and_referers() {
    let gate = Gate::new();
    for request in [
        post("/mcp/full", &ping()),
        post("/mcp/wrong", &ping()),
        bare(Method::POST, "/api/mcp/full/sse"),
    ] {
        let path = request.uri().path().to_owned();
        let answer = gate.send(request).await;
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        assert!(answer.header("cache-control").contains("no-store"), "{path}");
        assert!(!answer.text.contains("full"), "{path}: {}", answer.text);
    }
}

#[tokio::test]
async fn only_post_is_answered_where_no_session_is_named() {
    let gate = Gate::new();
    for path in ["/mcp", "/mcp/full"] {
        for (method, headers, status) in [
            (Method::GET, vec![], 405),
            (Method::GET, vec![("accept", "text/event-stream")], 405),
            (Method::GET, vec![("mcp-session-id", "a")], 404),
            (Method::GET, vec![("mcp-protocol-version", "2026-07-28")], 405),
            (Method::PUT, vec![], 405),
            (Method::DELETE, vec![], 405),
            (Method::DELETE, vec![("mcp-session-id", "a")], 404),
            (
                Method::DELETE,
                vec![("mcp-session-id", "a"), ("mcp-protocol-version", "2026-07-28")],
                405,
            ),
        ] {
            let request = with(bare(method.clone(), path), "authorization", "full");
            let request = headers
                .iter()
                .fold(request, |request, (name, value)| with(request, name, value));
            let answer = gate.send(request).await;
            assert_eq!(answer.status.as_u16(), status, "{method} {path} {headers:?}");
            assert_eq!(
                answer.header("allow") == "POST",
                status == 405,
                "{method} {path} {headers:?}"
            );
        }
    }
    for (method, path, allow) in [
        (Method::POST, "/api/mcp/full/sse", "GET"),
        (Method::POST, "/sse/full", "GET"),
        (Method::GET, "/api/mcp/full/messages", "POST"),
        (Method::GET, "/message/full", "POST"),
    ] {
        let answer = gate.send(bare(method, path)).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("allow")),
            (405, allow),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_revoked_key_is_out_at_once() {
    let gate = Gate::new();
    assert_eq!(gate.post(ping()).await.status, StatusCode::OK);
    gate.fake.state().keys.remove("full");
    assert_eq!(gate.post(ping()).await.status, StatusCode::UNAUTHORIZED);
}
