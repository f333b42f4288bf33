//! Who comes in, and what every answer carries.

use axum::body::Body;
use http::{Method, Request};
use postern_domain::actor::Scope;
use serde_json::json;

use crate::cases::post;
use crate::desk::Desk;

#[tokio::test]
async fn keys_come_bare_or_after_bearer_and_others_are_refused() {
    let desk = Desk::new().await;
    let key = desk.key.clone();
    for (header, want) in [
        (Some(key.clone()), None),
        (Some(format!("Bearer {key}")), None),
        (Some(format!("bearer {key}")), None),
        (None, Some("No API Key found")),
        (Some(String::new()), Some("No API Key found")),
        (Some("Bearer ".into()), Some("No API Key found")),
        (Some("0123456789abcdef".into()), Some("Invalid API key")),
        (Some(format!("{key}x")), Some("Invalid API key")),
        (Some("pos_abc".into()), Some("Invalid OAuth token")),
    ] {
        let request = Request::builder().uri("/public/v1/is-connected");
        let request = match &header {
            Some(value) => request.header("authorization", value),
            None => request,
        };
        let got = desk.send(request.body(Body::empty()).unwrap()).await;
        let status = if want.is_some() { 401 } else { 200 };
        assert_eq!(got.status, status, "{header:?}");
        assert_eq!(got.json()["msg"].as_str(), want, "{header:?}");
    }
}

#[tokio::test]
async fn keys_do_what_their_scopes_say() {
    let desk = Desk::new().await;
    let channel = desk.channel("ada-1").await;
    let reader = desk.key_for(&[Scope::PostsRead]).await;
    let writer = desk.key_for(&[Scope::PostsWrite]).await;
    let list = "/public/v1/posts?startDate=2027-01-01&endDate=2027-12-31";
    let body = || Some(post(&[&channel], "hello"));
    for (key, method, path, body, want) in [
        (&reader, Method::GET, list, None, 200),
        (&reader, Method::POST, "/public/v1/posts", body(), 403),
        (&reader, Method::GET, "/public/v1/integrations", None, 403),
        (&reader, Method::GET, "/public/v1/is-connected", None, 200),
        (&reader, Method::GET, "/api/keys", None, 403),
        (&writer, Method::POST, "/public/v1/posts", body(), 201),
        (&writer, Method::GET, list, None, 403),
        (
            &writer,
            Method::POST,
            "/public/v1/upload-from-url",
            Some(json!({"url": "https://example.org/a.png"})),
            403,
        ),
    ] {
        let got = desk.call_as(key, method.clone(), path, body).await;
        assert_eq!(got.status, want, "{method} {path}: {}", got.text());
        if want == 403 {
            assert_eq!(got.json()["code"], "scope_missing");
        }
    }
    let too_long = desk
        .call_as(
            &writer,
            Method::POST,
            "/public/v1/posts",
            Some(post(&[&channel], &"x".repeat(101))),
        )
        .await;
    assert_eq!(
        (too_long.status.as_u16(), &too_long.json()["code"]),
        (400, &json!("text_too_long"))
    );
}

#[tokio::test]
async fn routes_and_methods_that_do_not_exist_are_named() {
    let desk = Desk::new().await;
    for (method, path) in [
        (Method::GET, "/public/v1/x"),
        (Method::GET, "/api/public/v1/posts/a/b/c"),
        (Method::PATCH, "/public/v1/posts/abc"),
        (Method::PUT, "/public/v1/posts"),
        (Method::GET, "/public/v1/"),
        (Method::GET, "/public/v1"),
    ] {
        let got = desk.call(method.clone(), path, None).await;
        let body = got.json();
        assert_eq!(got.status, 404, "{method} {path}");
        assert_eq!(body["message"], format!("Cannot {method} {path}"));
        assert_eq!(
            (&body["error"], &body["statusCode"]),
            (&json!("Not Found"), &json!(404))
        );
    }
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_keep_browsers_safe() {
    let desk = Desk::new().await;
    for path in [
        "/public/v1/is-connected",
        "/public/v1/x",
        "/api/keys",
        "/uploads/x",
    ] {
        let got = desk.get(path).await;
        for name in [
            "content-security-policy",
            "x-content-type-options",
            "referrer-policy",
            "x-frame-options",
            "cache-control",
        ] {
            assert!(got.header(name).is_some(), "{path} lacks {name}");
        }
    }
}

#[tokio::test]
async fn only_our_own_pages_and_the_inspector_may_call_from_elsewhere() {
    let desk = Desk::new().await;
    for (origin, allowed) in [
        ("http://localhost:5000", true),
        ("http://localhost:6274", true),
        ("https://evil.example", false),
        ("null", false),
    ] {
        let preflight = Request::builder()
            .method(Method::OPTIONS)
            .uri("/public/v1/posts")
            .header("origin", origin)
            .header("access-control-request-method", "POST");
        let got = desk.send(preflight.body(Body::empty()).unwrap()).await;
        assert_eq!(got.status, 204, "{origin}");
        assert_eq!(
            got.header("access-control-allow-origin"),
            Some(origin).filter(|_| allowed),
            "{origin}"
        );
        let call = Request::builder()
            .uri("/public/v1/is-connected")
            .header("origin", origin)
            .header("authorization", &desk.key);
        let got = desk.send(call.body(Body::empty()).unwrap()).await;
        assert_eq!(got.status, 200);
        assert_eq!(
            got.header("access-control-allow-origin"),
            Some(origin).filter(|_| allowed),
            "{origin}"
        );
        assert_eq!(got.header("vary"), Some("Origin"));
    }
}

#[tokio::test]
async fn long_answers_are_compressed_for_clients_that_ask() {
    let desk = Desk::new().await;
    desk.channel("ada-1").await;
    let request = Request::builder()
        .uri("/public/v1/integrations")
        .header("authorization", &desk.key)
        .header("accept-encoding", "gzip");
    let got = desk.send(request.body(Body::empty()).unwrap()).await;
    assert_eq!(got.header("content-encoding"), Some("gzip"));
    assert_eq!(got.bytes[..2], [0x1f, 0x8b]);
}
