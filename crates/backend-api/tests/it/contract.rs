//! The bodies of the compatible routes, each a snapshot.

use postern_domain::ports::ChannelChange;
use postern_domain::ports::Channels;
use postern_domain::value::Value;
use serde_json::json;

use crate::cases::{append, part, post};
use crate::desk::Desk;

#[tokio::test]
async fn a_working_key_is_connected() {
    let desk = Desk::new().await;
    for prefix in ["/public/v1", "/api/public/v1"] {
        let got = desk.get(&format!("{prefix}/is-connected")).await;
        assert_eq!(
            (got.status.as_u16(), got.text().as_str()),
            (200, r#"{"connected":true}"#)
        );
        assert_eq!(
            got.header("content-type"),
            Some("application/json; charset=utf-8")
        );
    }
}

#[tokio::test]
async fn channels_are_listed_with_their_groups() {
    let desk = Desk::new().await;
    let first = desk.channel("ada-1").await;
    desk.plain_channel().await;
    let change = ChannelChange::Group(Some("Customer".into()));
    let first = desk
        .app()
        .change_channel(&desk.actor, first.id, change)
        .await
        .unwrap();
    insta::assert_json_snapshot!("integrations", desk.get("/public/v1/integrations").await.shape());
    insta::assert_json_snapshot!("groups", desk.get("/public/v1/groups").await.shape());
    let of_group = |group: String| {
        let desk = &desk;
        async move {
            let got = desk.get(&format!("/public/v1/integrations?group={group}")).await;
            got.json().as_array().unwrap().len()
        }
    };
    assert_eq!(of_group(first.group.unwrap().to_string()).await, 1);
    assert_eq!(of_group("3f1c".into()).await, 0);
    assert_eq!(of_group(String::new()).await, 2);
}

#[tokio::test]
async fn a_channel_tells_what_its_provider_wants_to_know() {
    let desk = Desk::new().await;
    let channel = desk.plain_channel().await;
    let path = format!("/public/v1/integration-settings/{}", channel.id);
    insta::assert_json_snapshot!("integration_settings", desk.get(&path).await.shape());
}

#[tokio::test]
async fn a_look_up_answers_201_with_its_output() {
    let desk = Desk::new().await;
    let channel = desk.plain_channel().await;
    desk.connector
        .will_help(Ok(Value::List(vec![Value::from("one")])));
    let path = format!("/public/v1/integration-trigger/{}", channel.id);
    let got = desk
        .post(&path, json!({"methodName": "boards", "data": {"word": "x"}}))
        .await;
    assert_eq!(
        (got.status.as_u16(), got.json()),
        (201, json!({"output": ["one"]}))
    );
}

#[tokio::test]
async fn the_next_slot_is_told_without_a_zone() {
    let desk = Desk::new().await;
    let channel = desk.channel("ada-1").await;
    let got = desk.get(&format!("/public/v1/find-slot/{}", channel.id)).await;
    assert_eq!(
        (got.status.as_u16(), got.json()),
        (200, json!({"date": "2027-01-15T09:20:00"}))
    );
}

#[tokio::test]
async fn a_post_is_created_listed_changed_and_deleted() {
    let desk = Desk::new().await;
    let (first, second) = (desk.channel("ada-1").await, desk.plain_channel().await);
    let mut body = post(&[&first], "<p>Hello <strong>world</strong></p>");
    append(
        &mut body["posts"][0]["value"],
        json!({"content": "a comment", "image": [], "delay": 5}),
    );
    append(&mut body["posts"], part(&second, "something else"));
    body["posts"][1]["settings"] =
        json!({"__type": "plain", "title": "A title", "sensitive": "false", "count": "5"});
    body["tags"] = json!([{"value": "news", "label": "News"}]);
    let created = desk.post("/public/v1/posts", body).await;
    insta::assert_json_snapshot!("posts_created", created.shape());

    let listed = desk
        .get("/public/v1/posts?startDate=2027-01-15T12:00:00Z&endDate=2027-01-15T12:00:00Z")
        .await;
    insta::assert_json_snapshot!("posts_listed", listed.shape());

    let id = created.json()[1]["postId"].as_str().unwrap().to_owned();
    let changed = desk
        .put(
            &format!("/public/v1/posts/{id}/settings"),
            json!({"settings": {"title": "Other"}}),
        )
        .await;
    insta::assert_json_snapshot!("posts_settings", changed.shape());
    let drafted = desk
        .put(
            &format!("/public/v1/posts/{id}/status"),
            json!({"status": "draft"}),
        )
        .await;
    insta::assert_json_snapshot!("posts_status", drafted.shape());
    assert!(desk.listed().await.iter().all(|item| item["state"] == "DRAFT"));
    let planned = desk
        .put(
            &format!("/public/v1/posts/{id}/status"),
            json!({"status": "schedule"}),
        )
        .await;
    assert_eq!(planned.json()["state"], "QUEUE");

    let deleted = desk.delete(&format!("/public/v1/posts/{id}")).await;
    assert_eq!(
        (deleted.status.as_u16(), deleted.json()),
        (200, json!({"id": id}))
    );
    assert_eq!(desk.listed().await.len(), 1);
    let group = desk.listed().await[0]["group"].as_str().unwrap().to_owned();
    let deleted = desk.delete(&format!("/public/v1/posts/group/{group}")).await;
    assert_eq!(deleted.status, 200, "{}", deleted.text());
    assert!(desk.listed().await.is_empty());
    assert_eq!(desk.delete(&format!("/public/v1/posts/{id}")).await.status, 404);
}

#[tokio::test]
async fn lists_are_filtered_by_window_and_customer() {
    let desk = Desk::new().await;
    let (first, second) = (desk.channel("ada-1").await, desk.channel("ada-2").await);
    let change = ChannelChange::Group(Some("Customer".into()));
    let first = desk
        .app()
        .change_channel(&desk.actor, first.id, change)
        .await
        .unwrap();
    let later = {
        let mut body = post(&[&first], "later");
        body["date"] = json!("2027-02-01");
        body
    };
    desk.post("/public/v1/posts", later).await;
    desk.post("/public/v1/posts", post(&[&first, &second], "now"))
        .await;
    let count = |query: String| {
        let desk = &desk;
        async move {
            let got = desk.get(&format!("/public/v1/posts?{query}")).await;
            let items = got.json()["posts"].as_array().unwrap().clone();
            items
                .iter()
                .map(|item| item["content"].as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        }
    };
    let all = "startDate=2027-01-01&endDate=2027-12-31";
    assert_eq!(count(all.into()).await, ["now", "now", "later"]);
    assert_eq!(
        count("startDate=2027-01-01&endDate=2027-01-31".into()).await,
        ["now", "now"]
    );
    assert_eq!(
        count(format!("{all}&customer={}", first.group.unwrap())).await,
        ["now", "later"]
    );
    assert!(count(format!("{all}&customer=elsewhere")).await.is_empty());
}
