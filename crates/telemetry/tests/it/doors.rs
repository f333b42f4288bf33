//! What a door shows of its requests.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use futures::FutureExt;
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use postern_telemetry::http::{Readiness, ReadyCheck, ops_router, traced};
use postern_telemetry::testsuite::local;
use postern_telemetry::{metrics, propagate};
use serde_json::{Value, json};
use tower::ServiceExt;

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

fn door() -> Router {
    let traceparent = async || propagate::current_traceparent().unwrap_or_default();
    traced(
        Router::new()
            .route("/mcp/{key}", get(traceparent))
            .route("/broken", get(async || StatusCode::BAD_GATEWAY)),
    )
}

async fn call(router: Router, path: &str) -> (StatusCode, String) {
    let request = Request::get(path)
        .header("traceparent", format!("00-{TRACE}-b7ad6b7169203331-01"))
        .body(Body::empty())
        .expect("the request is well-formed");
    let response = router.oneshot(request).await.expect("a router always answers");
    let status = response.status();
    let body = response
        .into_body()
        .collect()
        .await
        .expect("the body ends")
        .to_bytes();
    (status, String::from_utf8_lossy(&body).into_owned())
}

#[tokio::test]
async fn a_request_joins_the_trace_of_its_caller() {
    let (_subscriber, lines) = local();
    let (status, seen) = call(door(), "/mcp/ptz_secret").await;
    assert_eq!(status, StatusCode::OK);
    assert!(seen.contains(TRACE), "{seen}");
    assert_eq!(lines.json()[0]["trace_id"], TRACE);
}

#[tokio::test]
async fn a_request_is_one_line_without_its_path() {
    let (_subscriber, lines) = local();
    for (path, route, status) in [
        ("/mcp/ptz_secret", "/mcp/{key}", 200),
        ("/broken", "/broken", 502),
    ] {
        call(door(), path).await;
        let line = lines.json().pop().expect("a line was written");
        assert_eq!(line["message"], "request");
        assert_eq!(line["http.request.method"], "GET");
        assert_eq!(line["http.route"], route);
        assert_eq!(line["http.response.status_code"], status);
        assert!(line["duration_ms"].is_u64());
    }
    assert_eq!(lines.json().len(), 2);
    assert!(!lines.text().contains("ptz_secret"), "{}", lines.text());
}

#[tokio::test]
async fn a_caller_that_went_away_is_told_too() {
    let (_subscriber, lines) = local();
    let router = traced(Router::new().route("/slow", get(std::future::pending::<StatusCode>)));
    let request = Request::get("/slow")
        .body(Body::empty())
        .expect("the request is well-formed");
    let mut answer = Box::pin(router.oneshot(request));
    assert!((&mut answer).now_or_never().is_none());
    drop(answer);
    assert_eq!(lines.json()[0]["http.response.status_code"], 499);
}

fn checks(database: Result<(), &'static str>) -> ReadyCheck {
    Arc::new(move || {
        let readiness = Readiness::default()
            .with("bus", Ok::<_, String>(()))
            .with("database", database);
        futures::future::ready(readiness).boxed()
    })
}

#[tokio::test]
async fn probes_answer_what_they_find() {
    let down = json!({ "status": "down", "detail": "connection refused" });
    let up = json!({ "status": "up" });
    for (database, path, status, body) in [
        (Ok(()), "/api/health", 200, json!({ "status": "ok" })),
        (
            Err("connection refused"),
            "/api/health",
            200,
            json!({ "status": "ok" }),
        ),
        (
            Ok(()),
            "/api/ready",
            200,
            json!({ "status": "ready", "checks": { "bus": up, "database": up } }),
        ),
        (
            Err("connection refused"),
            "/api/ready",
            503,
            json!({ "status": "unready", "checks": { "bus": up, "database": down } }),
        ),
    ] {
        let (got, text) = call(ops_router(checks(database)), path).await;
        let json: Value = serde_json::from_str(&text).expect("the answer is JSON");
        assert_eq!((got.as_u16(), json), (status, body), "{path}");
    }
}

#[tokio::test]
async fn figures_name_routes_and_their_unit() {
    metrics::install().expect("nobody else installs a recorder");
    call(door(), "/mcp/ptz_secret").await;
    let (status, text) = call(ops_router(checks(Ok(()))), "/metrics").await;
    assert_eq!(status, StatusCode::OK);
    let counted =
        "http_server_request_duration_seconds_count{route=\"/mcp/{key}\",method=\"GET\",status=\"200\"}";
    assert!(text.contains(counted), "{text}");
    assert!(!text.contains("ptz_secret"), "{text}");
}
