//! How many posts, and how large.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::body::Body;
use http::{Method, Request};
use postern_domain::Timestamp;
use postern_domain::ports::{CounterError, Counters, RateDecision, RateLimit};
use postern_domain::rate::{Admission, Request as Asked, Told};
use serde_json::json;

use crate::cases::post;
use crate::desk::{Choice, Desk};

#[tokio::test]
async fn posts_are_limited_per_workspace_and_refusals_count() {
    let choice = Choice {
        api_limit: Some(2),
        ..Choice::default()
    };
    let desk = Desk::with(choice).await;
    let channel = desk.channel("ada-1").await;
    let first = desk.post("/public/v1/posts", post(&[&channel], "hello")).await;
    assert_eq!(
        (
            first.header("x-ratelimit-limit"),
            first.header("x-ratelimit-remaining")
        ),
        (Some("2"), Some("1"))
    );
    assert!(first.header("x-ratelimit-reset").unwrap().parse::<u64>().unwrap() <= 3600);
    let refused = desk.post("/api/public/v1/posts", json!({})).await;
    assert_eq!(
        (refused.status.as_u16(), refused.header("x-ratelimit-remaining")),
        (400, Some("0"))
    );
    let blocked = desk.post("/public/v1/posts", post(&[&channel], "hello")).await;
    let body = blocked.json();
    assert_eq!(
        (
            blocked.status.as_u16(),
            &body["statusCode"],
            body["message"].as_str()
        ),
        (429, &json!(429), Some("ThrottlerException: Too Many Requests"))
    );
    assert!(blocked.header("retry-after").unwrap().parse::<u64>().unwrap() > 0);
    assert_eq!(blocked.header("x-ratelimit-limit"), None);
    // Another key of the same workspace shares the budget, another workspace does not; nothing else is limited.
    let other = desk.key_for(&postern_domain::actor::Scope::ALL).await;
    assert_eq!(
        desk.call_as(&other, Method::POST, "/public/v1/posts", Some(json!({})))
            .await
            .status,
        429
    );
    let (neighbour, _) = desk.neighbour().await;
    assert_eq!(
        desk.call_as(&neighbour, Method::POST, "/public/v1/posts", Some(json!({})))
            .await
            .status,
        400
    );
    assert_eq!(desk.get("/public/v1/integrations").await.status, 200);
}

struct Away;

#[async_trait]
impl Counters for Away {
    async fn take(&self, _: &str, _: RateLimit) -> Result<RateDecision, CounterError> {
        Err(CounterError::Unavailable("away".into()))
    }
    async fn admit(&self, _: &Asked, _: Timestamp) -> Result<Vec<Admission>, CounterError> {
        Err(CounterError::Unavailable("away".into()))
    }
    async fn hear(&self, _: &[Told], _: Timestamp) -> Result<(), CounterError> {
        Err(CounterError::Unavailable("away".into()))
    }
    async fn lock(&self, _: &str, _: Duration) -> Result<Option<String>, CounterError> {
        Err(CounterError::Unavailable("away".into()))
    }
    async fn unlock(&self, _: &str, _: &str) -> Result<(), CounterError> {
        Err(CounterError::Unavailable("away".into()))
    }
    async fn once(&self, _: &str, _: Duration) -> Result<bool, CounterError> {
        Err(CounterError::Unavailable("away".into()))
    }
    async fn ping(&self) -> Result<(), CounterError> {
        Err(CounterError::Unavailable("away".into()))
    }
}

#[tokio::test]
async fn counters_that_are_away_refuse_nobody() {
    let desk = Desk::new().await;
    let deps = postern_backend_api::Deps {
        counters: Arc::new(Away),
        ..desk.deps.clone()
    };
    let channel = desk.channel("ada-1").await;
    let desk = Desk {
        router: postern_backend_api::router(deps, tokio_util::sync::CancellationToken::new()),
        ..desk
    };
    let got = desk.post("/public/v1/posts", post(&[&channel], "hello")).await;
    assert_eq!(
        (got.status.as_u16(), got.header("x-ratelimit-limit")),
        (201, None)
    );
}

#[tokio::test]
async fn bodies_are_capped() {
    let desk = Desk::new().await;
    let mib = 1 << 20;
    for (path, size, status) in [
        ("/public/v1/posts", 2 * mib, 400),
        ("/public/v1/posts", 50 * mib + 1, 413),
        ("/public/v1/upload-from-url", mib + 1, 413),
    ] {
        let request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header("authorization", &desk.key);
        let body = Body::from(format!("{{\"pad\":\"{}\"}}", "x".repeat(size - 10)));
        let got = desk.send(request.body(body).unwrap()).await;
        assert_eq!(got.status, status, "{path} {size}");
        if status == 413 {
            let body = got.json();
            assert_eq!(
                (&body["statusCode"], body["message"].as_str()),
                (&json!(413), Some("request entity too large"))
            );
            assert_eq!(body["code"], "body_too_large");
        }
    }
}
