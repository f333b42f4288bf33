//! `PUT /posts/{id}` and `POST /posts/validate`.

use serde_json::{Value as Json, json};

use crate::cases::{append, part, post};
use crate::desk::Desk;

/// A planned post on two channels: its own id and those of its parts.
async fn planned(desk: &Desk) -> (String, Vec<String>) {
    let (first, second) = (desk.channel("ada-1").await, desk.plain_channel().await);
    let mut body = post(&[&first], "hello");
    append(&mut body["posts"], part(&second, "other"));
    let created = desk.post("/public/v1/posts", body).await.json();
    let parts: Vec<String> = created
        .as_array()
        .unwrap()
        .iter()
        .map(|part| part["postId"].as_str().unwrap().to_owned())
        .collect();
    let whole = desk.get(&format!("/public/v1/posts/{}", parts[0])).await.json();
    (whole["id"].as_str().unwrap().to_owned(), parts)
}

fn texts(post: &Json) -> Vec<String> {
    let parts = post["posts"].as_array().unwrap().iter();
    parts
        .map(|part| part["content"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn what_a_change_leaves_out_stays() {
    let desk = Desk::new().await;
    let (whole, parts) = planned(&desk).await;
    let path = |id: &str| format!("/public/v1/posts/{id}");
    let moved = desk
        .put(&path(&whole), json!({ "date": "2027-01-16T09:00:00Z" }))
        .await;
    assert_eq!(moved.status, 200, "{}", moved.text());
    let moved = moved.json();
    assert_eq!(moved["publishDate"], "2027-01-16T09:00:00.000Z");
    assert_eq!(texts(&moved), ["hello", "other"]);

    let change = json!({ "value": [{ "content": "new" }], "settings": { "title": "Hi" } });
    let one = desk.put(&path(&parts[1]), change).await.json();
    assert_eq!(texts(&one), ["hello", "new"]);
    assert!(
        one["posts"][1]["settings"].as_str().unwrap().contains("Hi"),
        "{one}"
    );
    assert_eq!(one["publishDate"], moved["publishDate"]);

    let all = desk
        .put(
            &path(&whole),
            json!({ "value": [{ "content": "same" }], "tags": ["News"] }),
        )
        .await;
    let all = all.json();
    assert_eq!(texts(&all), ["same", "same"]);
    assert_eq!(all["tags"], json!(["News"]));
    assert!(
        all["posts"][1]["settings"].as_str().unwrap().contains("Hi"),
        "{all}"
    );
    let tag = &all["posts"][0]["tags"][0]["tag"];
    assert!(tag["id"].as_str().unwrap().starts_with("tag_"), "{tag}");
}

#[tokio::test]
async fn a_channel_is_added_by_a_change() {
    let desk = Desk::new().await;
    let (whole, _) = planned(&desk).await;
    let third = desk.channel("ada-3").await;
    let body = json!({ "posts": [{ "integration": { "id": third.id.to_string() } }] });
    let got = desk.put(&format!("/public/v1/posts/{whole}"), body).await;
    assert_eq!(got.status, 200, "{}", got.text());
    assert_eq!(texts(&got.json()), ["hello", "other", "hello"]);
}

#[tokio::test]
async fn an_old_version_and_nonsense_change_nothing() {
    let desk = Desk::new().await;
    let (whole, _) = planned(&desk).await;
    let path = format!("/public/v1/posts/{whole}");
    let before = desk.get(&path).await.json();
    for (body, status, code) in [
        (
            json!({ "expectedVersion": 7, "date": "2027-01-16" }),
            409,
            "version_conflict",
        ),
        (json!({ "date": "soon" }), 400, "time_malformed"),
        (json!({ "date": "2020-01-01" }), 422, "publish_time_passed"),
        (json!({ "type": "later" }), 400, "malformed"),
        (json!({ "value": [] }), 400, "missing_field"),
        (
            json!({ "value": [{ "content": "x".repeat(101) }] }),
            422,
            "text_too_long",
        ),
        (json!([]), 400, "malformed"),
    ] {
        let got = desk.put(&path, body.clone()).await;
        let said = got.json();
        assert_eq!(
            (got.status.as_u16(), said["code"].as_str()),
            (status, Some(code)),
            "{body}: {said}"
        );
        assert_eq!(got.header("content-type"), Some("application/problem+json"));
    }
    assert_eq!(desk.get(&path).await.json(), before);
    assert_eq!(desk.put("/public/v1/posts/cm1", json!({})).await.status, 404);
}

#[tokio::test]
async fn a_post_is_tried_out_and_nothing_is_stored() {
    let desk = Desk::new().await;
    let (first, second) = (desk.channel("ada-1").await, desk.plain_channel().await);
    let mut body = post(&[&first], "<p>Hello <strong>world</strong></p>");
    append(&mut body["posts"], part(&second, "fine"));
    let path = "/public/v1/posts/validate";
    insta::assert_json_snapshot!("validated", desk.post(path, body.clone()).await.shape());
    body["date"] = json!("2020-01-01");
    body["posts"][0]["value"][0]["content"] = json!("x".repeat(101));
    insta::assert_json_snapshot!("validated_with_errors", desk.post(path, body).await.shape());
    let nonsense = desk.post(path, json!({ "posts": [] })).await.json();
    assert_eq!(
        (&nonsense["valid"], &nonsense["posts"]),
        (&json!(false), &json!([]))
    );
    assert!(desk.listed().await.is_empty());
}
