//! Holding everything, letting it go, what did not get through, and the workspace's rule about lateness.

use std::time::Duration;

use http::Method;
use postern_domain::actor::Scope;
use serde_json::{Value as Json, json};

use crate::cases::post;
use crate::desk::Desk;

/// Plans a post for noon and lets its time come.
async fn due(desk: &Desk, body: Json) -> Json {
    desk.post("/public/v1/posts", body).await;
    desk.release(Duration::from_hours(5)).await;
    desk.listed().await[0].clone()
}

#[tokio::test]
async fn a_pause_holds_posts_says_why_and_ends_with_a_choice() {
    let desk = Desk::new().await;
    let channel = desk.channel("ada-1").await;
    let paused = desk.post("/public/v1/pause", json!({})).await;
    assert_eq!(paused.status, 200, "{}", paused.text());
    let list = paused.json();
    assert_eq!(list["paused"][0]["scope"], "workspace");
    assert_eq!(list["paused"][0]["channel"], Json::Null);
    assert_eq!(desk.get("/public/v1/pause").await.json(), list);
    let held = due(&desk, post(&[&channel], "hello")).await;
    assert_eq!(
        (&held["status"], &held["held"]),
        (&json!("held"), &json!("workspace_paused"))
    );
    assert_eq!(held["state"], "QUEUE");
    let resumed = desk.post("/public/v1/resume", json!({"missed": "miss"})).await;
    assert_eq!(resumed.json(), json!({"released": 0, "missed": 1, "more": false}));
    let missed = desk.listed().await[0].clone();
    assert_eq!(
        (&missed["status"], &missed["held"]),
        (&json!("missed"), &Json::Null)
    );
    let id = missed["id"].as_str().unwrap();
    let again = desk
        .post(&format!("/public/v1/posts/{id}/retry"), json!({}))
        .await;
    assert_eq!(again.json()["posts"][0]["status"], "scheduled");
    assert_eq!(desk.get("/public/v1/pause").await.json(), json!({"paused": []}));
}

#[tokio::test]
async fn a_channel_is_paused_by_its_id_and_shows_it() {
    let desk = Desk::new().await;
    let channel = desk.channel("ada-1").await;
    let id = channel.id.to_string();
    let paused = desk.post("/public/v1/pause", json!({"channel": id})).await.json();
    assert_eq!(paused["paused"][0]["channel"], json!(id));
    let listed = desk.get("/public/v1/integrations").await.json();
    assert_eq!(listed[0]["disabled"], true);
    desk.post("/public/v1/resume", json!({"channel": id})).await;
    let listed = desk.get("/public/v1/integrations").await.json();
    assert_eq!(listed[0]["disabled"], false);
}

#[tokio::test]
async fn pauses_are_refused_with_reasons() {
    let desk = Desk::new().await;
    let channel = desk.channel("ada-1").await;
    let reader = desk.key_for(&[Scope::PostsRead]).await;
    let (eve, _) = desk.neighbour().await;
    let mine = json!({"channel": channel.id.to_string()});
    for (key, path, body, status, code) in [
        (&desk.key, "/pause", json!({"scope": "moon"}), 400, "malformed"),
        (
            &desk.key,
            "/pause",
            json!({"scope": "channel"}),
            400,
            "missing_field",
        ),
        (&desk.key, "/resume", json!({"missed": "maybe"}), 400, "malformed"),
        (&reader, "/pause", json!({}), 403, "scope_missing"),
        (&eve, "/pause", mine, 404, "not_found"),
        (&eve, "/pause", json!({"scope": "instance"}), 403, "forbidden"),
        (
            &desk.key,
            "/dead-letters/ann_1/replay",
            json!({}),
            404,
            "not_found",
        ),
    ] {
        let path = format!("/public/v1{path}");
        let got = desk.call_as(key, Method::POST, &path, Some(body)).await;
        assert_eq!(
            (got.status.as_u16(), got.json()["code"].as_str()),
            (status, Some(code)),
            "{path}: {}",
            got.text()
        );
    }
}

#[tokio::test]
async fn nothing_is_dead_at_first() {
    let desk = Desk::new().await;
    let letters = desk.get("/public/v1/dead-letters").await;
    assert_eq!(letters.json(), json!({"deadLetters": []}));
}

#[tokio::test]
async fn the_lateness_rule_is_read_and_changed_by_admins() {
    let desk = Desk::new().await;
    let admin = desk.key_for(&[Scope::Admin]).await;
    let before = desk.get("/public/v1/workspace").await.json();
    assert_eq!(before["latenessHours"], 6);
    let change = Some(json!({"latenessHours": 12, "timezone": "Europe/Berlin"}));
    let put = async |key: &str, body| desk.call_as(key, Method::PUT, "/public/v1/workspace", body).await;
    let changed = put(&admin, change.clone()).await.json();
    assert_eq!(
        (&changed["latenessHours"], &changed["timezone"], &changed["name"]),
        (&json!(12), &json!("Europe/Berlin"), &before["name"])
    );
    let writer = desk.key_for(&[Scope::PostsWrite]).await;
    assert_eq!(put(&writer, change).await.status, 403);
    let late = put(&admin, Some(json!({"latenessHours": 169}))).await;
    assert_eq!(
        (late.status.as_u16(), late.json()["code"].as_str()),
        (400, Some("time_malformed"))
    );
}
