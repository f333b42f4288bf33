//! Who is let in, and what else travels with a call.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use http::HeaderValue;
use postern_domain::BackendError;
use postern_domain::ports::{Instance, Posts};
use postern_domain::secret::Secret;
use postern_proto::{Client, ClientOptions, routes};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use crate::fake::Fake;
use crate::samples::{actor, new_post};
use crate::wiring::{Listening, TOKEN, options, router};

#[tokio::test]
async fn calls_without_the_token_reach_nothing() {
    for (expected, given) in [(TOKEN, "wrong"), (TOKEN, ""), ("", "")] {
        let fake = Arc::new(Fake::default());
        let router = routes(
            Arc::clone(&fake) as _,
            Secret::new(expected),
            CancellationToken::new(),
        );
        let stranger = ClientOptions {
            token: Secret::new(given),
            ..options(String::new())
        };
        let client = Client::in_process(router, stranger).unwrap();
        // The person or key that asks is not to blame, so it is not `Unauthenticated`.
        let refused = BackendError::Unavailable { what: "backend" };
        assert_eq!(client.info().await, Err(refused), "{given}");
        assert_eq!(fake.take_calls(), []);
    }
}

#[tokio::test]
async fn the_refusal_is_one_of_the_protocol() {
    let router = router(Arc::new(Fake::default()), &CancellationToken::new());
    let request = Request::post("/postern.v1.InstanceService/GetInfo")
        .header("content-type", "application/grpc")
        .body(Body::empty())
        .unwrap();
    let response = router.oneshot(request).await.unwrap();
    assert_eq!(response.headers()["grpc-status"], "16");
}

#[tokio::test]
async fn the_routes_leave_other_paths_alone() {
    let rest = Router::new().fallback(async || "rest");
    let router = rest.merge(router(Arc::new(Fake::default()), &CancellationToken::new()));
    let request = Request::get("/api/health").body(Body::empty()).unwrap();
    let response = router.oneshot(request).await.unwrap();
    let body = axum::body::to_bytes(response.into_body(), 64).await.unwrap();
    assert_eq!(body, "rest");
}

#[tokio::test]
async fn the_caller_s_headers_travel_along() {
    const CONTEXT: HeaderValue =
        HeaderValue::from_static("00-11111111111111111111111111111111-2222222222222222-01");
    let seen = Arc::new(Mutex::new(None));
    let noted = Arc::clone(&seen);
    let router = router(Arc::new(Fake::default()), &CancellationToken::new()).layer(from_fn(
        move |request: Request, next: Next| {
            *noted.lock().unwrap() = request.headers().get("traceparent").cloned();
            next.run(request)
        },
    ));
    let traced = ClientOptions {
        on_request: |headers| {
            headers.insert("traceparent", CONTEXT);
        },
        ..options(String::new())
    };
    let client = Client::in_process(router, traced).unwrap();
    client.info().await.unwrap();
    assert_eq!(seen.lock().unwrap().take(), Some(CONTEXT));
}

#[tokio::test]
async fn large_posts_fit_into_a_message() {
    let listening = Listening::to(Arc::new(Fake::default())).await;
    let mut post = new_post();
    post.entries[0].content = postern_domain::content::Document::from_plain(&"x".repeat(5 << 20));
    let created = listening.client.create_post(&actor(), post, None).await;
    assert!(created.is_ok());
}

#[tokio::test]
async fn options_print_without_the_token() {
    let printed = format!("{:?}", options("http://backend:5001".to_owned()));
    assert!(!printed.contains(TOKEN));
    assert!(printed.contains("http://backend:5001"));
}
