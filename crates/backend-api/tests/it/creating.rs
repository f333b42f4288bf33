//! Creating posts: all or nothing, once, at the right time, and over stored ones.

use std::time::Duration;

use axum::body::Body;
use http::{Method, Request};
use serde_json::{Value as Json, json};

use crate::cases::{append, part, post};
use crate::desk::{Desk, Got};

#[tokio::test]
async fn a_post_goes_to_all_its_channels_or_to_none() {
    let desk = Desk::new().await;
    let (first, second) = (desk.channel("ada-1").await, desk.channel("ada-2").await);
    let mut body = post(&[&first], "fits");
    append(&mut body["posts"], part(&second, &"x".repeat(101)));
    let got = desk.post("/public/v1/posts", body).await;
    assert_eq!(got.status, 400, "{}", got.text());
    assert!(desk.listed().await.is_empty());
}

#[tokio::test]
async fn the_word_of_type_decides_state_and_time() {
    let desk = Desk::new().await;
    let channel = desk.channel("ada-1").await;
    for (kind, date, state, at) in [
        (
            json!("draft"),
            "2027-03-01T10:00:00+01:00",
            "DRAFT",
            "2027-03-01T09:00:00.000Z",
        ),
        (
            json!("schedule"),
            "2027-03-02",
            "QUEUE",
            "2027-03-02T00:00:00.000Z",
        ),
        (
            json!(null),
            "2027-03-03T10:00",
            "QUEUE",
            "2027-03-03T10:00:00.000Z",
        ),
        (
            json!("update"),
            "2027-03-04T10:00:00Z",
            "QUEUE",
            "2027-03-04T10:00:00.000Z",
        ),
        (
            json!("now"),
            "2020-01-01T00:00:00Z",
            "QUEUE",
            "2027-01-15T08:00:00.000Z",
        ),
        // An hour ago: published at once, as long as the workspace's lateness allows.
        (
            json!("schedule"),
            "2027-01-15T07:00:00Z",
            "QUEUE",
            "2027-01-15T07:00:00.000Z",
        ),
    ] {
        let mut body = post(&[&channel], "hello");
        body["type"] = kind.clone();
        body["date"] = json!(date);
        let got = desk.post("/public/v1/posts", body).await;
        assert_eq!(got.status, 201, "{kind} {date}: {}", got.text());
        let id = got.json()[0]["postId"].clone();
        let item = desk
            .listed()
            .await
            .into_iter()
            .find(|item| item["id"] == id)
            .unwrap();
        assert_eq!(
            (item["state"].as_str(), item["publishDate"].as_str()),
            (Some(state), Some(at)),
            "{kind} {date}"
        );
    }
}

#[tokio::test]
async fn a_time_beyond_the_lateness_is_refused() {
    let desk = Desk::new().await;
    let channel = desk.channel("ada-1").await;
    let mut body = post(&[&channel], "hello");
    body["date"] = json!("2027-01-14T12:00:00Z");
    let got = desk.post("/public/v1/posts", body).await;
    assert_eq!(
        (got.status.as_u16(), &got.json()["code"]),
        (400, &json!("publish_time_passed"))
    );
}

#[tokio::test]
async fn posts_remember_the_client_that_made_them() {
    let desk = Desk::new().await;
    let channel = desk.channel("ada-1").await;
    for (given, want) in [
        (json!("CLI"), "CLI"),
        (json!("API"), "API"),
        (json!("nonsense"), "API"),
        (json!(null), "API"),
    ] {
        let mut body = post(&[&channel], "hello");
        body["creationMethod"] = given.clone();
        let id = desk.post("/public/v1/posts", body).await.json()[0]["postId"].clone();
        let item = desk
            .listed()
            .await
            .into_iter()
            .find(|item| item["id"] == id)
            .unwrap();
        assert_eq!(item["creationMethod"], want, "{given}");
    }
}

async fn create_with_key(desk: &Desk, key: &str, body: &Json) -> Got {
    let request = Request::builder()
        .method(Method::POST)
        .uri("/public/v1/posts")
        .header("authorization", &desk.key)
        .header("idempotency-key", key);
    desk.send(request.body(Body::from(body.to_string())).unwrap())
        .await
}

#[tokio::test]
async fn an_idempotency_key_makes_a_request_count_once() {
    let desk = Desk::new().await;
    let channel = desk.channel("ada-1").await;
    let body = post(&[&channel], "hello");
    let first = create_with_key(&desk, "k1", &body).await;
    let again = create_with_key(&desk, "k1", &body).await;
    assert_eq!((first.status, again.status), (again.status, first.status));
    assert_eq!(first.json(), again.json());
    assert_eq!(
        (
            first.header("idempotency-replayed"),
            again.header("idempotency-replayed")
        ),
        (None, Some("true"))
    );
    assert_eq!(desk.listed().await.len(), 1);
    let other = create_with_key(&desk, "k1", &post(&[&channel], "other")).await;
    assert_eq!(
        (other.status.as_u16(), &other.json()["code"]),
        (409, &json!("idempotency_mismatch"))
    );
    let long = create_with_key(&desk, &"k".repeat(256), &body).await;
    assert_eq!(long.status, 400);
    assert_eq!(desk.listed().await.len(), 1);
}

#[tokio::test]
async fn ids_of_stored_posts_replace_their_content() {
    let desk = Desk::new().await;
    let (first, second) = (desk.channel("ada-1").await, desk.channel("ada-2").await);
    let created = desk
        .post("/public/v1/posts", post(&[&first, &second], "old"))
        .await
        .json();
    let group = desk.listed().await[0]["group"].clone();

    let mut body = post(&[&second], "new");
    body["type"] = json!("update");
    body["date"] = json!("2027-01-16T12:00:00Z");
    body["posts"][0]["value"][0]["id"] = created[1]["postId"].clone();
    let got = desk.post("/public/v1/posts", body).await;
    assert_eq!(got.json(), json!([created[1]]), "{}", got.text());
    let mut texts: Vec<_> = desk.listed().await;
    texts.sort_by_key(|item| item["content"].to_string());
    let shown: Vec<_> = texts
        .iter()
        .map(|item| (item["content"].as_str().unwrap(), &item["group"]))
        .collect();
    assert_eq!(shown, [("new", &group), ("old", &group)]);
    assert!(
        texts
            .iter()
            .all(|item| item["publishDate"] == "2027-01-16T12:00:00.000Z")
    );

    let mut body = post(&[&first], "by group");
    body["posts"][0]["group"] = group.clone();
    body["type"] = json!("draft");
    desk.post("/public/v1/posts", body).await;
    let listed = desk.listed().await;
    assert_eq!(listed.len(), 2);
    assert!(listed.iter().all(|item| item["state"] == "DRAFT"));
}

#[tokio::test]
async fn one_request_changes_one_stored_post() {
    let desk = Desk::new().await;
    let (first, second) = (desk.channel("ada-1").await, desk.channel("ada-2").await);
    let one = desk.post("/public/v1/posts", post(&[&first], "one")).await.json();
    let two = desk
        .post("/public/v1/posts", post(&[&second], "two"))
        .await
        .json();
    let mut body = post(&[&first, &second], "both");
    body["posts"][0]["value"][0]["id"] = one[0]["postId"].clone();
    body["posts"][1]["value"][0]["id"] = two[0]["postId"].clone();
    let got = desk.post("/public/v1/posts", body).await;
    assert_eq!(
        (got.status.as_u16(), &got.json()["errors"][0]["field"]),
        (400, &json!("posts.1"))
    );
}

#[tokio::test]
async fn ids_that_clients_make_up_mean_a_new_post() {
    let desk = Desk::new().await;
    let channel = desk.channel("ada-1").await;
    let mut body = post(&[&channel], "hello");
    body["posts"][0]["value"][0]["id"] = json!("cm4k2j1x20000abcd");
    body["posts"][0]["group"] = json!("6f1d7c1e-7b1f-4a57-9b61-2b2f0a0b1c2d");
    assert_eq!(desk.post("/public/v1/posts", body).await.status, 201);
    let mut body = post(&[&channel], "again");
    body["posts"][0]["value"][0]["id"] = json!("pub_00000000000000000000000001");
    assert_eq!(desk.post("/public/v1/posts", body).await.status, 201);
    assert_eq!(desk.listed().await.len(), 2);
}

#[tokio::test]
async fn what_a_worker_has_cannot_be_changed_or_deleted() {
    let desk = Desk::new().await;
    let channel = desk.channel("ada-1").await;
    let mut body = post(&[&channel], "hello");
    body["type"] = json!("now");
    let id = desk.post("/public/v1/posts", body.clone()).await.json()[0]["postId"].clone();
    desk.release(Duration::from_secs(1)).await;
    body["posts"][0]["value"][0]["id"] = id.clone();
    let id = id.as_str().unwrap();
    for got in [
        desk.post("/public/v1/posts", body).await,
        desk.delete(&format!("/public/v1/posts/{id}")).await,
        desk.put(
            &format!("/public/v1/posts/{id}/status"),
            json!({"status": "draft"}),
        )
        .await,
        desk.put(
            &format!("/public/v1/posts/{id}/settings"),
            json!({"settings": {}}),
        )
        .await,
    ] {
        let answer = got.json();
        assert_eq!(
            (got.status.as_u16(), &answer["code"]),
            (400, &json!("post_settled")),
            "{answer}"
        );
        assert!(answer["message"].is_string(), "{answer}");
    }
}
