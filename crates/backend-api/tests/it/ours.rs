//! Routes of ours beside the compatible ones.

use serde_json::json;

use crate::cases::{append, part, post};
use crate::desk::Desk;

#[tokio::test]
async fn one_post_is_read_by_either_id() {
    let desk = Desk::new().await;
    let (first, second) = (desk.channel("ada-1").await, desk.plain_channel().await);
    let mut body = post(&[&first], "hello");
    append(&mut body["posts"], part(&second, "other"));
    let created = desk.post("/public/v1/posts", body).await.json();
    let part = created[1]["postId"].as_str().unwrap();
    let got = desk.get(&format!("/public/v1/posts/{part}")).await;
    insta::assert_json_snapshot!("post", got.shape());
    let whole = got.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(
        desk.get(&format!("/public/v1/posts/{whole}")).await.json(),
        got.json()
    );
    let unknown = desk.get("/public/v1/posts/cm123").await;
    assert_eq!(
        (unknown.status.as_u16(), unknown.header("content-type")),
        (404, Some("application/problem+json"))
    );
}

#[tokio::test]
async fn a_planned_post_is_published_at_once() {
    let desk = Desk::new().await;
    let channel = desk.channel("ada-1").await;
    let id = desk
        .post("/public/v1/posts", post(&[&channel], "hello"))
        .await
        .json()[0]["postId"]
        .as_str()
        .unwrap()
        .to_owned();
    let got = desk
        .post(&format!("/public/v1/posts/{id}/publish"), json!({}))
        .await;
    assert_eq!(
        (got.status.as_u16(), &got.json()["publishDate"]),
        (200, &json!("2027-01-15T08:00:00.000Z"))
    );
}

#[tokio::test]
async fn what_does_not_fit_the_state_is_a_conflict() {
    let desk = Desk::new().await;
    let channel = desk.channel("ada-1").await;
    let id = desk
        .post("/public/v1/posts", post(&[&channel], "hello"))
        .await
        .json()[0]["postId"]
        .as_str()
        .unwrap()
        .to_owned();
    for (route, body, status, code) in [
        ("retry", json!({}), 409, "not_retryable"),
        ("resolve", json!({"outcome": "published"}), 409, "not_unconfirmed"),
        ("resolve", json!({"outcome": "perhaps"}), 400, "malformed"),
    ] {
        let got = desk.post(&format!("/public/v1/posts/{id}/{route}"), body).await;
        assert_eq!(
            (got.status.as_u16(), got.json()["code"].as_str()),
            (status, Some(code)),
            "{route}"
        );
    }
}

#[tokio::test]
async fn a_part_must_be_named_where_there_are_several() {
    let desk = Desk::new().await;
    let (first, second) = (desk.channel("ada-1").await, desk.channel("ada-2").await);
    desk.post("/public/v1/posts", post(&[&first, &second], "hello"))
        .await;
    let group = desk.listed().await[0]["group"].as_str().unwrap().to_owned();
    let got = desk
        .put(
            &format!("/public/v1/posts/{group}/settings"),
            json!({"settings": {}}),
        )
        .await;
    assert_eq!(
        (got.status.as_u16(), &got.json()["errors"][0]["field"]),
        (400, &json!("id"))
    );
    let got = desk
        .post(
            &format!("/public/v1/posts/{group}/resolve"),
            json!({"outcome": "published"}),
        )
        .await;
    assert_eq!(
        (got.status.as_u16(), &got.json()["code"]),
        (400, &json!("malformed"))
    );
}
