//! `Idempotency-Key` on every write.

use axum::body::Body;
use http::{Method, Request};
use serde_json::{Value as Json, json};

use crate::cases::{form, png, post};
use crate::desk::{Desk, Got};

async fn under(desk: &Desk, key: &str, method: Method, path: &str, body: Json) -> Got {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", &desk.key)
        .header("idempotency-key", key);
    desk.send(request.body(Body::from(body.to_string())).unwrap())
        .await
}

#[tokio::test]
async fn a_write_that_comes_again_is_answered_as_before() {
    let desk = Desk::new().await;
    let channel = desk.channel("ada-1").await;
    let created = desk
        .post("/public/v1/posts", post(&[&channel], "hello"))
        .await
        .json();
    let id = created[0]["postId"].as_str().unwrap();
    let status = format!("/public/v1/posts/{id}/status");
    let gone = format!("/public/v1/posts/{id}");
    for (key, method, path, body) in [
        ("k1", Method::POST, "/public/v1/tags", json!({ "name": "News" })),
        (
            "k2",
            Method::POST,
            "/public/v1/keys",
            json!({ "name": "a", "scopes": ["posts:read"] }),
        ),
        ("k3", Method::PUT, status.as_str(), json!({ "status": "draft" })),
        (
            "k4",
            Method::PUT,
            "/public/v1/workspace",
            json!({ "name": "Quay" }),
        ),
        ("k5", Method::DELETE, gone.as_str(), json!({})),
    ] {
        let first = under(&desk, key, method.clone(), path, body.clone()).await;
        assert!(first.status.is_success(), "{path}: {}", first.text());
        assert_eq!(first.header("idempotency-replayed"), None);
        let again = under(&desk, key, method.clone(), path, body).await;
        assert_eq!(
            (again.status, again.text()),
            (first.status, first.text()),
            "{path}"
        );
        assert_eq!(again.header("idempotency-replayed"), Some("true"), "{path}");
        let other = under(&desk, key, method, path, json!({ "name": "other" })).await;
        assert_eq!(
            (other.status.as_u16(), &other.json()["code"]),
            (409, &json!("idempotency_mismatch")),
            "{path}"
        );
    }
    assert_eq!(
        desk.get("/public/v1/tags").await.json()["tags"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn what_was_refused_may_be_mended_under_the_same_key() {
    let desk = Desk::new().await;
    let bad = under(&desk, "k", Method::POST, "/public/v1/tags", json!({ "name": "" })).await;
    assert_eq!(bad.status, 422, "{}", bad.text());
    let good = under(
        &desk,
        "k",
        Method::POST,
        "/public/v1/tags",
        json!({ "name": "News" }),
    )
    .await;
    assert_eq!(good.status, 201, "{}", good.text());
    let long = "x".repeat(256);
    let unusable = under(
        &desk,
        &long,
        Method::POST,
        "/public/v1/tags",
        json!({ "name": "b" }),
    )
    .await;
    assert_eq!(
        (unusable.status.as_u16(), &unusable.json()["code"]),
        (400, &json!("malformed"))
    );
}

#[tokio::test]
async fn keys_of_two_workspaces_do_not_meet() {
    let desk = Desk::new().await;
    let (eve, _) = desk.neighbour().await;
    let mine = under(
        &desk,
        "k",
        Method::POST,
        "/public/v1/tags",
        json!({ "name": "News" }),
    )
    .await;
    let request = Request::builder()
        .method(Method::POST)
        .uri("/public/v1/tags")
        .header("authorization", &eve)
        .header("idempotency-key", "k");
    let hers = desk
        .send(request.body(Body::from(r#"{"name":"News"}"#)).unwrap())
        .await;
    assert_eq!(
        (hers.status.as_u16(), hers.header("idempotency-replayed")),
        (201, None)
    );
    assert_ne!(hers.json()["id"], mine.json()["id"]);
    let stranger = Request::builder()
        .method(Method::POST)
        .uri("/public/v1/tags")
        .header("authorization", "nobody")
        .header("idempotency-key", "k");
    assert_eq!(desk.send(stranger.body(Body::empty()).unwrap()).await.status, 401);
}

#[tokio::test]
async fn a_file_that_is_sent_again_is_there_once() {
    let desk = Desk::new().await;
    let send = || {
        let (kind, content) = form("file", "a.png", &png());
        let request = Request::builder()
            .method(Method::POST)
            .uri("/public/v1/upload")
            .header("authorization", &desk.key)
            .header("idempotency-key", "file")
            .header("content-type", kind)
            .header("content-length", content.len());
        desk.send(request.body(Body::from(content)).unwrap())
    };
    let (first, again) = (send().await, send().await);
    assert_eq!(first.status, 201, "{}", first.text());
    assert_eq!(again.json(), first.json());
    assert_eq!(
        desk.get("/public/v1/media").await.json()["media"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}
