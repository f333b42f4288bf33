//! `POST /posts/bulk`: many posts as JSON or as a table, all or those that can be, and back again.

use axum::body::Body;
use http::{Method, Request};
use serde_json::{Value as Json, json};

use crate::cases::post;
use crate::desk::{Desk, Got};

const BULK: &str = "/public/v1/posts/bulk";

async fn table(desk: &Desk, query: &str, key: Option<&str>, text: String) -> Got {
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(format!("{BULK}{query}"))
        .header("authorization", &desk.key)
        .header("content-type", "text/csv; charset=utf-8");
    if let Some(key) = key {
        request = request.header("idempotency-key", key);
    }
    desk.send(request.body(Body::from(text)).unwrap()).await
}

/// Three bodies of which the second is too long.
async fn bodies(desk: &Desk) -> Vec<Json> {
    let channel = desk.channel("ada-1").await;
    let at = |text: &str, date: &str| {
        let mut body = post(&[&channel], text);
        body["date"] = json!(date);
        body
    };
    vec![
        at("one", "2027-01-16T09:00:00Z"),
        at(&"x".repeat(101), "2027-01-17T09:00:00Z"),
        at("three", "2027-01-18T09:00:00Z"),
    ]
}

#[tokio::test]
async fn one_bad_row_refuses_all_unless_the_good_ones_are_asked_for() {
    let desk = Desk::new().await;
    let posts = bodies(&desk).await;
    let dry = desk.post(BULK, json!({ "posts": posts, "dryRun": true })).await;
    insta::assert_json_snapshot!("bulk_dry_run", dry.shape());
    let refused = desk.post(BULK, json!({ "posts": posts })).await;
    insta::assert_json_snapshot!("bulk_refused", refused.shape());
    assert_eq!(refused.header("content-type"), Some("application/problem+json"));
    assert!(desk.listed().await.is_empty());
    let partly = desk
        .post(BULK, json!({ "posts": posts, "accept": "valid" }))
        .await;
    insta::assert_json_snapshot!("bulk_partly", partly.shape());
    assert_eq!(desk.listed().await.len(), 2);
}

#[tokio::test]
async fn a_table_is_written_in_the_workspaces_zone_and_undone() {
    let desk = Desk::new().await;
    let channel = desk.channel("ada-1").await;
    let text = format!(
        "date,channels,content,tags\n2027-07-01 09:00,{id},first,News\n2027-07-02 09:00,{id},\"second, with comma\",\n",
        id = channel.id
    );
    let got = table(&desk, "?timezone=Europe/Berlin", None, text).await;
    assert_eq!(got.status, 201, "{}", got.text());
    let made = got.json();
    assert_eq!(made["rows"][0]["publishDate"], "2027-07-01T07:00:00.000Z");
    assert_eq!(desk.listed().await.len(), 2);
    // One of them is gone before.
    let group = made["rows"][1]["group"].as_str().unwrap();
    desk.delete(&format!("/public/v1/posts/group/{group}")).await;
    let undo = format!("{BULK}/{}/undo", made["batch"].as_str().unwrap());
    insta::assert_json_snapshot!("bulk_undone", desk.post(&undo, json!({})).await.shape());
    assert!(desk.listed().await.is_empty());
    let (eve, _) = desk.neighbour().await;
    assert_eq!(desk.call_as(&eve, Method::POST, &undo, None).await.status, 404);
    assert_eq!(desk.post(&format!("{BULK}/x/undo"), json!({})).await.status, 404);
}

#[tokio::test]
async fn problems_of_a_table_are_told_by_row_and_column() {
    let desk = Desk::new().await;
    let channel = desk.channel("ada-1").await;
    let text = format!(
        "date;channels;content\nsoon;{id};a\n2027-07-01;chn_x;a\n2027-07-01;{id};\n",
        id = channel.id
    );
    let got = table(&desk, "", None, text).await;
    assert_eq!(got.status, 400, "{}", got.text());
    let errors = got.json()["errors"].as_array().unwrap().clone();
    let places: Vec<&str> = errors.iter().map(|it| it["pointer"].as_str().unwrap()).collect();
    assert_eq!(places, ["/rows/1/date", "/rows/2/channels", "/rows/3/content"]);
    for (query, text) in [
        ("?accept=some", "date,channels,content\n"),
        ("?timezone=Mars", "date,channels,content\n"),
        ("", "date,channels\n"),
        ("", "date,channels,content\n"),
    ] {
        let got = table(&desk, query, None, text.to_owned()).await;
        assert!(
            matches!(got.status.as_u16(), 400 | 422),
            "{query} {text}: {}",
            got.text()
        );
    }
    assert!(desk.listed().await.is_empty());
}

#[tokio::test]
async fn the_same_table_under_the_same_key_is_written_once() {
    let desk = Desk::new().await;
    let channel = desk.channel("ada-1").await;
    let text = format!(
        "type,channels,content\nqueue,{id},a\nqueue,{id},b\n",
        id = channel.id
    );
    let first = table(&desk, "", Some("k1"), text.clone()).await;
    assert_eq!(first.status, 201, "{}", first.text());
    let again = table(&desk, "", Some("k1"), text).await;
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.json(), first.json());
    let listed = desk.listed().await;
    let times: Vec<&str> = listed
        .iter()
        .map(|it| it["publishDate"].as_str().unwrap())
        .collect();
    assert_eq!(times, ["2027-01-15T09:20:00.000Z", "2027-01-15T14:10:00.000Z"]);
    let other = table(&desk, "", Some("k1"), "type,channels,content\n".into()).await;
    assert!(matches!(other.status.as_u16(), 400 | 409), "{}", other.text());
}
